/** Puts a state onto the framebuffer, else onto the terminal; again only when something changed. */
import type { Content } from './content.ts';
import { draw } from './draw.ts';
import { findFont } from './font.ts';
import { type Framebuffer, writeFramebuffer } from './framebuffer.ts';
import { layout } from './layout.ts';
import { clearedTerminal, textScreen } from './terminal.ts';

/** Where and with what the screen is shown. */
export interface ScreenOptions {
  ffmpeg: string;
  /** CONSULTBOX_CONSOLE_FONT */
  font: string | undefined;
  /** Asked each time: a monitor that is plugged in later has another size. @throws Error when it is of no use */
  framebuffer: () => Framebuffer | null;
  /** The terminal. */
  print: (text: string) => void;
  /** For the journal. */
  log: (line: string) => void;
}

/** Kernel messages may have been written over it; and what failed may work by now. ms */
const redrawAfter = 60_000;

/** The framebuffer, or the terminal where there is none. Draws only what changed. */
export class Screen {
  #shown = '';
  #at = 0;
  /** The last picture: a redraw costs no FFmpeg. */
  #picture: { key: string; pixels: Uint8Array } | null = null;

  constructor(private readonly options: ScreenOptions) {}

  /** Never throws. @param now ms; handed in for tests */
  async show(content: Content, now: number): Promise<void> {
    let framebuffer: Framebuffer | null = null;
    let trouble = '';
    try {
      framebuffer = this.options.framebuffer();
    } catch (error) {
      trouble = String(error);
    }
    const key = JSON.stringify([content, framebuffer]);
    if (key === this.#shown && now - this.#at < redrawAfter) return;
    this.#shown = key;
    this.#at = now;
    if (framebuffer !== null) {
      try {
        await this.#paint(framebuffer, content, key);
        return;
      } catch (error) {
        trouble = String(error);
      }
    }
    if (trouble !== '') this.options.log(`the screen is shown as text: ${trouble}`);
    this.#picture = null;
    this.options.print(await textScreen(content));
  }

  async #paint(framebuffer: Framebuffer, content: Content, key: string): Promise<void> {
    if (this.#picture?.key !== key) {
      const { ffmpeg, font } = this.options;
      const { format } = framebuffer;
      const drawing = layout(content, framebuffer);
      const pixels = await draw(drawing, { ffmpeg, font: findFont(font), format });
      // What stands in the terminal would otherwise be scrolled into the picture. Once: it makes the screen flicker.
      if (this.#picture === null) this.options.print(clearedTerminal);
      this.#picture = { key, pixels };
    }
    writeFramebuffer(framebuffer, this.#picture.pixels);
  }
}
