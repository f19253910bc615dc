/**
 * The same screen as text, where there is no framebuffer or nothing can be drawn: in English, since the kernel's
 * console has no Chinese letters.
 */
import qrcode from 'qrcode';
import type { Content } from './content.ts';

/** The cursor is hidden, and the screen never goes dark by itself. */
export const quietTerminal = '\x1b[?25l\x1b[9;0]';
/** The cursor and the colours as they were. */
export const restoredTerminal = '\x1b[?25h\x1b[0m';
/** An empty screen. */
export const clearedTerminal = '\x1b[2J\x1b[H';

/** Black on white, whatever the terminal's colours: readers that are strict fail on an inverted code. */
const onPaper = (line: string) => `\x1b[30;47m${line}\x1b[0m`;
const levelColours = { good: 32, warning: 33, problem: 31 } as const;
/** Of the text beside the code: 80 columns have room for both. */
const columns = 36;

function wrapWords(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** What the kernel's console can show. */
function latin(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();
}

/** The screen as text, English, with the QR code in blocks that strict readers read. */
export async function textScreen(content: Content): Promise<string> {
  const { health } = content;
  const words = [
    ...['', latin(content.title) || 'Consultbox', content.subtitle.en, ''],
    ...content.facts.flatMap(({ label, value }) => [`${label.en}:`, `  ${latin(value)}`, '']),
    ...wrapWords(latin(health.en)).map((line) => `\x1b[${levelColours[health.level]}m${line}\x1b[0m`),
    '',
    ...content.footer.split('   ').map(latin),
  ];
  const code =
    content.qr === null
      ? []
      : (await qrcode.toString(content.qr.text, { type: 'utf8', margin: 4 })).split('\n').map(onPaper);
  const rows = Array.from({ length: Math.max(words.length, code.length) }, (_, index) => {
    const beside = code[index] ?? ' '.repeat(code.length === 0 ? 0 : code.length * 2 - 1);
    return `${beside}  ${words[index] ?? ''}`;
  });
  // \r: the line discipline may be raw.
  return `${clearedTerminal}${rows.join('\r\n')}`;
}
