import type { Clock } from './clock.ts';

const interval = 80;
/** Speech at arm's length has an RMS of about 0.1: scaled so that it fills most of the meter. */
const gain = 6;

/** The browser's part, handed in by tests. */
export interface LevelDependencies {
  createContext: () => AudioContext;
  clock: Clock;
}

/** The loudness of samples in -1…1, as 0…1. */
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / samples.length) * gain);
}

/**
 * Measures how loud a stream's sound is, so that the doctor sees that the microphone hears.
 * @returns a function that ends it and leaves the level at 0
 */
export function measureLevel(
  { createContext, clock }: LevelDependencies,
  stream: MediaStream,
  onLevel: (level: number) => void,
): () => void {
  if (stream.getAudioTracks().length === 0) {
    onLevel(0);
    return () => undefined;
  }
  const context = createContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const stop = clock.every(interval, () => {
    // Browsers start it suspended until the first click on the page.
    if (context.state === 'suspended') {
      context.resume().catch((error: unknown) => console.debug('sound measurement waits for a click', error));
    }
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  });
  return () => {
    stop();
    onLevel(0);
    context.close().catch((error: unknown) => console.debug('audio context', error));
  };
}
