/** Where everything stands on the screen, for any size; drawn by `draw.ts`. */
import qrcode from 'qrcode';
import type { Content, Level } from './content.ts';
import { fit, wrap } from './text-width.ts';

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** All in px; colours as FFmpeg's `0xRRGGBB`. */
export interface DrawnText {
  text: string;
  x: number;
  /** `centre`: x is the middle of the text. */
  align: 'left' | 'centre';
  /** The line on which letters stand. */
  baseline: number;
  size: number;
  colour: string;
}

/** A filled rectangle. */
export interface DrawnBox extends Size {
  x: number;
  y: number;
  colour: string;
}

/** Everything that FFmpeg draws. Pixels. */
export interface Drawing extends Size {
  background: string;
  boxes: DrawnBox[];
  texts: DrawnText[];
  /** `scale`: px of one module; its light border is part of it. */
  qr: { text: string; x: number; y: number; scale: number } | null;
}

const colours = {
  background: '0x0f1c24',
  line: '0x2a3c47',
  bright: '0xf4f8fa',
  soft: '0xa9bac4',
  faint: '0x7f929d',
};
/** The health's, in FFmpeg's notation. */
export const levelColours: Record<Level, string> = {
  good: '0x4cc38a',
  warning: '0xf2b84b',
  problem: '0xff7b72',
};

/** Modules of the light border that a reader needs. */
export const quietZone = 4;

/** The measures below are of a screen of this size; others are scaled. */
const base: Size = { width: 1280, height: 800 };

/** Places the content on a screen of this size; what is too long becomes smaller, then shorter. */
export function layout(content: Content, { width, height }: Size): Drawing {
  const scale = Math.min(width / base.width, height / base.height);
  const px = (measure: number) => Math.round(measure * scale);
  const left = px(64);
  const right = width - left;
  const boxes: DrawnBox[] = [];
  const texts: DrawnText[] = [];
  const write = (text: string, x: number, baseline: number, size: number, colour: string) =>
    texts.push({ text, x, align: 'left', baseline, size, colour });

  // Head
  const title = fit(content.title, right - left, { largest: px(60), smallest: px(26) });
  write(title.text, left, px(112), title.size, colours.bright);
  write(`${content.subtitle.zh}  ${content.subtitle.en}`, left, px(160), px(24), colours.soft);
  boxes.push({ x: left, y: px(192), width: right - left, height: Math.max(1, px(2)), colour: colours.line });

  // Foot, from below
  if (content.footer !== '') {
    const footer = fit(content.footer, right - left, { largest: px(18), smallest: px(14) });
    write(footer.text, left, height - px(36), footer.size, colours.faint);
  }
  const { level, zh, en } = content.health;
  const inner = left + px(32);
  const lines = [
    ...wrap(zh, px(32), right - inner, 2).map((text) => ({
      text,
      size: px(32),
      colour: levelColours[level],
    })),
    ...wrap(en, px(22), right - inner, 2).map((text) => ({ text, size: px(22), colour: colours.soft })),
  ];
  const lineHeight = (size: number) => Math.round(size * 1.45);
  const healthHeight = lines.reduce((sum, { size }) => sum + lineHeight(size), 0);
  const healthTop = height - px(92) - healthHeight;
  boxes.push({
    x: left,
    y: healthTop,
    width: px(10),
    height: healthHeight,
    colour: levelColours[level],
  });
  let y = healthTop;
  for (const { text, size, colour } of lines) {
    y += lineHeight(size);
    write(text, inner, y - Math.round(size * 0.36), size, colour);
  }

  // Between them: facts on the left, the QR code on the right
  const top = px(232);
  const bottom = healthTop - px(40);
  let factsRight = right;
  let qr: Drawing['qr'] = null;
  if (content.qr !== null) {
    const captionHeight = px(64);
    const room = Math.min(bottom - top - captionHeight, Math.round(width * 0.36));
    const modules = qrcode.create(content.qr.text).modules.size + 2 * quietZone;
    // Whole pixels for every module, or a camera sees a blurred code.
    const scale = Math.max(1, Math.floor(room / modules));
    const side = modules * scale;
    const x = right - side;
    qr = { text: content.qr.text, x, y: top, scale };
    const { caption } = content.qr;
    const centred = (text: string, baseline: number, size: number, colour: string) => {
      const fitted = fit(text, side, { largest: size, smallest: px(12) });
      texts.push({ ...fitted, x: x + Math.round(side / 2), align: 'centre', baseline, colour });
    };
    centred(caption.zh, top + side + px(34), px(22), colours.bright);
    centred(caption.en, top + side + px(62), px(18), colours.soft);
    factsRight = x - px(56);
  }
  y = top;
  for (const { label, value } of content.facts) {
    const both = fit(`${label.zh}  ${label.en}`, factsRight - left, { largest: px(24), smallest: px(14) });
    write(both.text, left, y + px(24), both.size, colours.soft);
    const large = fit(value, factsRight - left, { largest: px(58), smallest: px(14) });
    write(large.text, left, y + px(92), large.size, colours.bright);
    y += px(150);
  }
  return { width, height, background: colours.background, boxes, texts, qr };
}
