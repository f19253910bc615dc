/**
 * What can keep the box from holding a consultation: for each a code for programs, and a sentence for the people
 * before the screen. The one place for both; `/livez`, `/readyz`, the screen and systemd's status line take them
 * from here.
 */
import type { NetworkView } from '../network/addresses.ts';

/** For programs; it never changes its meaning. */
export type ProblemCode =
  | 'database'
  | 'media_server'
  | 'no_address'
  | 'address_not_here'
  | 'ffmpeg'
  | 'setup';

/** `warning`: it mends itself, or a cable does. `problem`: someone has to be called. */
export type ProblemLevel = 'warning' | 'problem';

/** One reason why no consultation can be held. */
export interface Problem {
  code: ProblemCode;
  level: ProblemLevel;
  zh: string;
  en: string;
}

/** @param detail what SQLite said */
export function databaseProblem(detail: string): Problem {
  return {
    code: 'database',
    level: 'problem',
    zh: '数据库无法读取：请重启问诊盒；若仍不行，请联系技术员。',
    en: `the database cannot be read: ${detail}`,
  };
}

/** It has not answered, or no longer answers. */
export const mediaServerProblem: Problem = {
  code: 'media_server',
  level: 'warning',
  zh: '视频服务还没有就绪，会自动恢复；若持续两分钟，请重启问诊盒。',
  en: 'the media server does not answer (yet)',
};

/** Of a network without a chosen address. */
export function networkProblem({ wanted, reason }: NetworkView): Problem {
  return wanted === 'auto'
    ? {
        code: 'no_address',
        level: 'warning',
        zh: '没有局域网地址：请插好网线，并确认路由器会分配地址。接好后会自动恢复。',
        en: reason,
      }
    : {
        code: 'address_not_here',
        level: 'problem',
        zh: `本机没有设置中指定的地址 ${wanted}：请插好网线，或请技术员改设置 network.address。`,
        en: reason,
      };
}

/** The first start is still to come. */
export const setupProblem: Problem = {
  code: 'setup',
  level: 'warning',
  zh: '还没有设置：请在电脑上打开屏幕上的地址，输入设置码。',
  en: 'not set up yet: open the page and type the set-up code of this screen',
};

/** @param detail what is missing, and what to do */
export function ffmpegProblem(detail: string): Problem {
  return {
    code: 'ffmpeg',
    level: 'problem',
    zh: 'FFmpeg 不能用，或缺少需要的功能：请联系技术员。',
    en: detail,
  };
}
