import { html } from 'lit';

const icon = (path: string) =>
  html`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d=${path}></path></svg>`;

const microphone = 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3';
const camera = 'M3 7h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3zM15 11l6-3v8l-6-3';
const slash = 'M3 3l18 18';

/** Line drawings for the controls; their buttons carry the words. */
export const icons = {
  microphone: icon(microphone),
  microphoneOff: icon(microphone + slash),
  camera: icon(camera),
  cameraOff: icon(camera + slash),
  fullscreen: icon('M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5'),
  fullscreenExit: icon('M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5'),
  volume: icon('M4 10v4h4l5 4V6L8 10zM17 9a4 4 0 0 1 0 6'),
};
