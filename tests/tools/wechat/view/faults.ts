/** Measures a page in a browser as a patient with weak eyes and large fingers would find it. */
import type { Page } from 'playwright-core';
import type { Language } from '../../../../miniapp/i18n/catalogue.ts';

/** WCAG 2.2, AA: text of any size. */
const contrast = 4.5;

/** px: what a finger meets, and what an old eye reads. */
const smallest = { touched: 44, letter: 16 };

/** @returns what is wrong with what is shown, in words; empty: nothing */
export function faultsOf(page: Page, language: Language): Promise<string[]> {
  return page.evaluate(measure, { language, contrast, smallest });
}

/** Runs in the browser, so everything that it needs is inside it. */
function measure(limits: {
  language: Language;
  contrast: number;
  smallest: { touched: number; letter: number };
}): string[] {
  const faults: string[] = [];
  const { innerWidth, innerHeight } = window;

  interface Written {
    text: string;
    element: Element;
    range: Range;
  }

  const visible = (element: Element) => element.getClientRects().length > 0;
  const written: Written[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = (node.textContent ?? '').trim();
    if (element === null || text === '' || element.closest('script, style') !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (visible(element) && range.getClientRects().length > 0) written.push({ text, element, range });
  }

  /** Red, green, blue and how opaque, each 0 to 1. */
  const readColor = (color: string) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return { channels: [red / 255, green / 255, blue / 255], alpha };
  };
  const over = (front: number[], alpha: number, back: number[]) =>
    front.map((channel, index) => channel * alpha + (back[index] ?? 0) * (1 - alpha));
  const luminance = (channels: number[]) => {
    const [red = 0, green = 0, blue = 0] = channels.map((channel) =>
      channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element): number[] => {
    const { channels, alpha } = readColor(getComputedStyle(element).backgroundColor);
    if (alpha === 1) return channels;
    const behind = element.parentElement === null ? [1, 1, 1] : groundOf(element.parentElement);
    return over(channels, alpha, behind);
  };
  const contrastOf = (element: Element) => {
    const ground = groundOf(element);
    const ink = readColor(getComputedStyle(element).color);
    const [low = 0, high = 0] = [luminance(ground), luminance(over(ink.channels, ink.alpha, ground))].sort(
      (a, b) => a - b,
    );
    return (high + 0.05) / (low + 0.05);
  };

  /** What hides the rest of an element: the nearest that does not let it stand out. */
  const clipperOf = (element: Element): Element | null => {
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      if (each !== document.body && getComputedStyle(each).overflowY !== 'visible') return each;
    }
    return null;
  };
  const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowY);

  const lookAt = ({ text, element, range }: Written) => {
    const say = (what: string) => faults.push(`${what}: “${text}”`);
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    if (size < limits.smallest.letter) say(`letters of ${size} px`);
    const ratio = contrastOf(element);
    if (ratio < limits.contrast) say(`a contrast of ${ratio.toFixed(2)}`);
    if (limits.language === 'en' && /[\u3400-\u9fff]/.test(text) && text !== '中文') say('not translated');
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = range.getBoundingClientRect();
    if (box.left < -0.5 || box.right > innerWidth + 0.5) say('beyond the edge');
    const clipper = clipperOf(element);
    const frame = clipper?.getBoundingClientRect();
    if (clipper !== null && frame !== undefined) {
      const high = box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      if (box.left < frame.left - 1 || box.right > frame.right + 1) say('cut off at its side');
      if (high && !scrolls(clipper)) say('cut off');
    }
    for (const line of range.getClientRects()) {
      const x = line.left + line.width / 2;
      const y = line.top + line.height / 2;
      const scrolledAway = frame !== undefined && (y < frame.top || y > frame.bottom);
      if (y < 0 || y > innerHeight || scrolledAway) continue;
      const top = document.elementFromPoint(x, y);
      if (top === null || (!top.contains(element) && !element.contains(top))) {
        say(`covered by ${top?.tagName.toLowerCase()}.${top?.className}`);
        return;
      }
    }
  };

  // What lets a finger through covers nothing, but it is there to be read.
  const readable = document.createElement('style');
  readable.textContent = 'body * { pointer-events: auto !important; }';
  document.head.append(readable);

  if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
  if (written.length === 0) faults.push('nothing is written');

  const touched = Array.from(document.querySelectorAll('[data-touched]')).filter(visible);
  const nameOf = (element: Element) => `“${(element.textContent ?? '').trim()}”`;
  type Sides = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;
  const overlap = (a: Sides, b: Sides) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  /** As much of it as can be touched now: what its scrolling parent hides may lie behind anything. */
  const touchableBox = (element: Element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const frame = element.parentElement === null ? null : clipperOf(element.parentElement);
    const within = frame !== null && scrolls(frame) ? frame.getBoundingClientRect() : null;
    return {
      ...{ left, right, top: Math.max(top, within?.top ?? top) },
      bottom: Math.min(bottom, within?.bottom ?? bottom),
    };
  };
  for (const [index, element] of touched.entries()) {
    const box = element.getBoundingClientRect();
    if (Math.min(box.height, box.width) < limits.smallest.touched - 0.01) {
      faults.push(`${Math.round(box.width)} × ${Math.round(box.height)} px to touch: ${nameOf(element)}`);
    }
    for (const other of touched.slice(index + 1)) {
      if (element.contains(other) || other.contains(element)) continue;
      if (overlap(touchableBox(element), touchableBox(other)))
        faults.push(`${nameOf(element)} and ${nameOf(other)} overlap`);
    }
    if (document.querySelector('.stage')?.contains(element) !== true) continue;
    // This page does not scroll: what is not on it now is never.
    if (box.top < -0.5 || box.bottom > innerHeight + 0.5 || box.left < -0.5 || box.right > innerWidth + 0.5) {
      faults.push(`out of sight: ${nameOf(element)}`);
    }
  }
  const stage = document.querySelector('.stage');
  if (stage !== null && visible(stage)) {
    const end = stage.querySelector('.end');
    if (end === null || !visible(end)) faults.push('no button ends it');
    else {
      const { left, top, width, height } = end.getBoundingClientRect();
      const found = document.elementFromPoint(left + width / 2, top + height / 2);
      if (found === null || !(end.contains(found) || found.contains(end))) faults.push('the end is covered');
    }
  }

  for (const each of written) lookAt(each);
  readable.remove();
  window.scrollTo(0, 0);
  return faults;
}
