/** What FFmpeg does in each direction, as data. Video is copied; only the sound is made anew. */
import type { Settings } from '../settings/schema.ts';

/** Which way the media go. */
export type Direction = 'doctor_to_phone' | 'patient_to_page';

/** One direction, as data. */
export interface Pipeline {
  direction: Direction;
  /** The last part of the paths' names. */
  from: 'doctor' | 'patient';
  to: 'doctor_aac' | 'patient_opus';
  /** Arguments between input and output. */
  codecs(settings: Settings['transcoding']): string[];
}

/** `?`: a camera without a microphone, or the reverse, still passes. */
const maps = ['-map', '0:v:0?', '-map', '0:a:0?'];
const copyVideo = ['-c:v', 'copy'];
/** B-frames cannot go over WebRTC: the one case in which the picture is made anew, for that publisher alone. */
const videoWithoutBFrames = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '30'];

/** Both directions, with the flags that were measured. */
export const pipelines: Record<Direction, Pipeline> = {
  doctor_to_phone: {
    direction: 'doctor_to_phone',
    from: 'doctor',
    to: 'doctor_aac',
    codecs: ({ aacBitrate, aacChannels }) => [
      ...maps,
      ...copyVideo,
      // Fills what a browser's silence detection or a lost packet leaves out, so that sound and picture stay together.
      ...['-af', 'aresample=async=1000'],
      ...['-c:a', 'aac', '-b:a', `${aacBitrate}k`, '-ar', '44100', '-ac', String(aacChannels)],
    ],
  },
  patient_to_page: {
    direction: 'patient_to_page',
    from: 'patient',
    to: 'patient_opus',
    codecs: ({ opusBitrate }) => [
      ...maps,
      ...copyVideo,
      ...['-c:a', 'libopus', '-b:a', `${opusBitrate}k`, '-ar', '48000', '-ac', '2'],
      ...['-application', 'lowdelay'],
    ],
  },
};

/** What an argument list is made of. */
export interface PipelineArguments {
  pipeline: Pipeline;
  settings: Settings['transcoding'];
  input: string[];
  output: string[];
  /** The publisher uses B-frames. */
  withoutBFrames: boolean;
}

/** FFmpeg's whole argument list. Progress goes to standard output, everything else to standard error. */
export function pipelineArguments(options: PipelineArguments): string[] {
  const { pipeline, settings, input, output, withoutBFrames } = options;
  const codecs = pipeline.codecs(settings);
  const at = codecs.findIndex((_, index) => codecs[index] === '-c:v' && codecs[index + 1] === 'copy');
  if (withoutBFrames && at >= 0) codecs.splice(at, copyVideo.length, ...videoWithoutBFrames);
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'warning', '-progress', 'pipe:1', '-stats_period', '1'],
    ...input,
    ...codecs,
    ...output,
  ];
}
