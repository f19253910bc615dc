/** A WAV file for Chromium's fake microphone. */

const rate = 48_000;

/** @returns a mono WAV of one second of a sine; Chromium plays it again and again */
export function toneWav(frequency: number): Uint8Array<ArrayBuffer> {
  const data = Buffer.alloc(44 + rate * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + rate * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * 2, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(rate * 2, 40);
  for (let index = 0; index < rate; index += 1) {
    const value = Math.sin((2 * Math.PI * frequency * index) / rate) * 16_000;
    data.writeInt16LE(Math.round(value), 44 + index * 2);
  }
  return new Uint8Array(data);
}
