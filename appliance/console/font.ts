/**
 * The font of the screen. It must hold Chinese and Latin letters, because drawtext takes one font alone:
 * Droid Sans Fallback, the smallest Chinese one in Debian, has no Latin letters and will not do.
 */
import { existsSync } from 'node:fs';

/** Of Debian's fonts-wqy-microhei (5 MB), fonts-noto-cjk, fonts-wqy-zenhei. */
const usual = [
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc',
];

/**
 * @param chosen CONSULTBOX_CONSOLE_FONT
 * @throws Error that says what to install
 */
export function findFont(chosen: string | undefined, paths: string[] = usual): string {
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`there is no font at ${chosen} (CONSULTBOX_CONSOLE_FONT)`);
  }
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'no font with Chinese letters: install fonts-wqy-microhei or fonts-noto-cjk, or name one in CONSULTBOX_CONSOLE_FONT',
  );
}
