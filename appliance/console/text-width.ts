/**
 * How wide a text will be, before it is drawn: FFmpeg's drawtext neither wraps nor shrinks. Widths are upper bounds
 * of the fonts in `font.ts`, so that nothing ever runs out of its place.
 */

/** Width of one character, in heights of the font. */
function widthOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code > 0xffff) return 1.4;
  // CJK; and punctuation that Chinese fonts draw as wide.
  if (code > 0x7e) return 1;
  if (/[\s.,:;'|!ijl/()[\]-]/.test(letter)) return 0.38;
  if (/[mwMW@%]/.test(letter)) return 0.96;
  return /[A-Z]/.test(letter) ? 0.72 : 0.6;
}

/** px */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return width * size;
}

/** The text, shortened where it is wider than `width` px. */
export function shorten(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 0 && textWidth(`${letters.join('').trimEnd()}…`, size) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** The largest size from `smallest` to `largest` px in which the text fits, and the text, shortened where none does. */
export function fit(
  text: string,
  width: number,
  { largest, smallest }: { largest: number; smallest: number },
): { text: string; size: number } {
  const size = Math.max(smallest, Math.min(largest, Math.floor(width / Math.max(textWidth(text, 1), 0.01))));
  return { text: shorten(text, size, width), size };
}

/** A Chinese character with the punctuation that must not begin a line; a word; a space. */
const piece = /[⺀-鿿＀-￯][，。：；！？）、”…]*|[^\s⺀-鿿＀-￯]+|\s+/gu;

/** Lines of at most `width` px; the last one is shortened where there is more than `lines` hold. */
export function wrap(text: string, size: number, width: number, lines: number): string[] {
  const result: string[] = [];
  let line = '';
  const pieces = text.match(piece) ?? [];
  for (const [index, each] of pieces.entries()) {
    if (line !== '' && textWidth((line + each).trimEnd(), size) > width) {
      if (result.length === lines - 1) {
        return [...result, shorten(line + pieces.slice(index).join(''), size, width)];
      }
      result.push(line.trimEnd());
      line = '';
    }
    if (line !== '' || each.trim() !== '') line += each;
  }
  // A single word may be wider than a line.
  return [...result, shorten(line.trimEnd(), size, width)];
}
