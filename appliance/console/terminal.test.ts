import { expect, test } from 'bun:test';
import jsQR from 'jsqr';
import { contentOf } from './content.ts';
import { sampleView, viewWithoutAddress } from './sample.ts';
import { textScreen } from './terminal.ts';

const esc = String.fromCharCode(27);
const paper = `${esc}[30;47m`;

/** The rows of the code as a terminal shows them: black where a block is, white elsewhere on its paper. */
function readCode(screen: string): string | null {
  const rows = screen.split('\r\n').flatMap((row) => {
    const start = row.indexOf(paper);
    return start < 0 ? [] : [row.slice(start + paper.length, row.indexOf(`${esc}[0m`, start))];
  });
  const pixels = 4;
  const columns = rows[0]?.length ?? 0;
  const width = columns * pixels;
  const height = rows.length * 2 * pixels;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = Math.floor(y / pixels);
      const letter = rows[Math.floor(cell / 2)]?.[Math.floor(x / pixels)] ?? ' ';
      const dark = letter === '█' || letter === (cell % 2 === 0 ? '▀' : '▄');
      if (dark) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return jsQR(data, width, height, { inversionAttempts: 'dontInvert' })?.data ?? null;
}

test('the code is black on white with its border, and a strict reader reads it', async () => {
  const screen = await textScreen(contentOf({ kind: 'view', view: sampleView() }));
  expect(readCode(screen)).toBe('http://192.168.1.20/#setup=K7PM-4XQ9');
});

test('only letters that the kernel’s console has, on 80 columns and 25 lines', async () => {
  const screen = await textScreen(contentOf({ kind: 'view', view: sampleView() }));
  const lines = screen.replaceAll(new RegExp(`${esc}\\[[0-9;?]*[A-Za-z]`, 'g'), '').split('\r\n');
  expect(lines.length).toBeLessThanOrEqual(25);
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line).toMatch(/^[\x20-\x7e█▀▄]*$/);
  }
  const text = lines.join('\n');
  for (const part of ['https://192.168.1.20', 'K7PM-4XQ9', 'All is well', '52:54:00:12:34:56']) {
    expect(text).toContain(part);
  }
});

test('without an address there is no code, but what to do', async () => {
  const screen = await textScreen(contentOf({ kind: 'view', view: viewWithoutAddress() }));
  expect(screen).not.toContain(paper);
  expect(screen).toContain('Plug in the network cable');
});
