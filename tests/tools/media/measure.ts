/** What is seen and heard of a stream: pictures that differ, the level and the strongest tone of a sound. */

/** Of the sound that is analysed, samples a second. */
export const soundRate = 16_000;

/** Mean level in dBFS and the strongest of the frequencies 100–2000 Hz (Goertzel, steps of 5 Hz), of the last second. */
export function analyseSound(all: Int16Array, rate: number): { level: number; frequency: number } {
  const samples = all.subarray(Math.max(0, all.length - rate));
  let power = 0;
  for (const sample of samples) power += (sample / 32_768) ** 2;
  const level = samples.length === 0 ? -120 : 10 * Math.log10(power / samples.length + 1e-12);
  let best = { frequency: 0, strength: 0 };
  for (let frequency = 100; frequency <= 2000; frequency += 5) {
    const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
    let [previous, beforeThat] = [0, 0];
    for (const sample of samples) {
      [previous, beforeThat] = [sample + coefficient * previous - beforeThat, previous];
    }
    const strength = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
    if (strength > best.strength) best = { frequency, strength };
  }
  return { level, frequency: best.frequency };
}

/** The last column of a line of FFmpeg's `framehash` or `framemd5`. */
export function hashOf(line: string): string {
  return line.split(',').at(-1)?.trim() ?? '';
}

/** Reads a stream line by line until it ends. */
export async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  read: (line: string, previous: string) => void,
): Promise<void> {
  let rest = '';
  let previous = '';
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + Buffer.from(value).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      read(line, previous);
      previous = line;
    }
  }
}
