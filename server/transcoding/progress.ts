/** FFmpeg's `-progress`: lines of `key=value`, each report closed by `progress=`. */

/** One report. What FFmpeg does not know yet (`N/A`) is null. */
export interface Progress {
  frames: number | null;
  fps: number | null;
  /** kbit/s */
  bitrate: number | null;
  /** Position of the output, ms. */
  outTime: number | null;
  dropped: number | null;
  /** Media seconds per second: below 1 for long means that FFmpeg does not keep up. */
  speed: number | null;
}

function number(text: string | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isNaN(value) ? null : value;
}

/** Reads what `-progress` writes, line by line. */
export class ProgressParser {
  #values = new Map<string, string>();

  /** @returns the report that this line closed, else null */
  push(line: string): Progress | null {
    const at = line.indexOf('=');
    if (at <= 0) return null;
    const key = line.slice(0, at).trim();
    this.#values.set(key, line.slice(at + 1).trim());
    if (key !== 'progress') return null;
    const values = this.#values;
    this.#values = new Map();
    const outTime = number(values.get('out_time_us'));
    return {
      frames: number(values.get('frame')),
      fps: number(values.get('fps')),
      bitrate: number(values.get('bitrate')),
      outTime: outTime === null ? null : Math.round(outTime / 1000),
      dropped: number(values.get('drop_frames')),
      speed: number(values.get('speed')),
    };
  }
}
