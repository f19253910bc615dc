/// <reference types="miniprogram-api-typings" />
/** `wx` for one run of the mini-program: everything that `miniapp/platform/wechat.ts` calls, and nothing else. */
import type { LiveComponents } from '../live/components.ts';
import { device } from './device.ts';
import type { Handset } from './handset.ts';
import { permissions } from './permissions.ts';
import { request } from './request.ts';
import { screen } from './screen.ts';
import { SocketTask } from './socket.ts';

/** What the app is told by itself. */
export class AppEvents {
  readonly network: ((result: { isConnected: boolean; networkType: string }) => void)[] = [];
  readonly shown: (() => void)[] = [];
  readonly hidden: (() => void)[] = [];
  readonly interrupted: (() => void)[] = [];
  readonly interruptionOver: (() => void)[] = [];
}

export interface WxOptions {
  handset: Handset;
  events: AppEvents;
  components: LiveComponents;
  /** The built package. */
  dir: string;
  /** The phone's own settings are opened. */
  leave: () => void;
}

/** Navigation and titles are answered by the one who draws the pages. */
export function makeWx({ handset, events, components, dir, leave }: WxOptions): Record<string, unknown> {
  const wx = {
    ...device(handset),
    ...permissions(handset, leave),
    ...screen(handset, dir),
    request: (options: Parameters<typeof request>[1]) => request(handset, options),
    connectSocket: (options: ConstructorParameters<typeof SocketTask>[1]) => new SocketTask(handset, options),
    createLivePusherContext: () => components.pusherContext(),
    createLivePlayerContext: (id: string) => components.playerContext(id),
    onAppShow: (listener: () => void) => events.shown.push(listener),
    onAppHide: (listener: () => void) => events.hidden.push(listener),
    onNetworkStatusChange: (listener: AppEvents['network'][number]) => events.network.push(listener),
    onAudioInterruptionBegin: (listener: () => void) => events.interrupted.push(listener),
    onAudioInterruptionEnd: (listener: () => void) => events.interruptionOver.push(listener),
  } satisfies Partial<Record<keyof WechatMiniprogram.Wx, unknown>>;
  return new Proxy<Record<string, unknown>>(wx, {
    get: (all, name) => {
      if (typeof name === 'symbol' || name in all) return Reflect.get(all, name) as unknown;
      throw new Error(`wx.${name} is not in the wx of tests: add it to tests/tools/wechat/wx/`);
    },
  });
}
