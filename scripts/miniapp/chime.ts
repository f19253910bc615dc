/** The sound that calls the patient: two soft tones, made here so that no recording has to be kept or licensed. */

const rate = 8000;
/** Hz, and where each begins, s. */
const tones = [
  { frequency: 660, at: 0 },
  { frequency: 880, at: 0.28 },
];
const seconds = 1;

/** A WAV file: 8 kHz, 8 bit, one channel; 8 KB. */
export function chime(): Uint8Array {
  const samples = new Uint8Array(rate * seconds);
  for (let index = 0; index < samples.length; index += 1) {
    const time = index / rate;
    let value = 0;
    for (const { frequency, at } of tones) {
      const since = time - at;
      // A bell: at once there, slowly gone.
      if (since >= 0) value += Math.sin(2 * Math.PI * frequency * since) * Math.exp(-5 * since);
    }
    samples[index] = 128 + Math.round(Math.max(-1, Math.min(1, value * 0.6)) * 120);
  }
  return concatenate(header(samples.length), samples);
}

function header(bytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) => {
    for (const [index, letter] of [...letters].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, bytes, true);
  return new Uint8Array(view.buffer);
}

function concatenate(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
