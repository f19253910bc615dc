import { css } from 'lit';

/** A dark stage that the picture fills without being cut. */
export const remoteVideoStyles = css`
  :host {
    display: block;
    position: absolute;
    inset: 0;
  }
  video {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: contain;
    background: var(--stage);
  }
  .mode {
    position: absolute;
    top: 0.75rem;
    left: 0.75rem;
    padding: 0.2rem 0.75rem;
    border-radius: 999px;
    background: rgba(0, 0, 0, 0.72);
    color: var(--stage-ink);
    font-size: 0.9rem;
  }
  .mode.whep {
    background: #0d5a30;
  }
  .mode.hls {
    background: #7a4a00;
  }
  .note {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    padding: 2rem;
    text-align: center;
    font-size: 1.25rem;
    color: var(--stage-ink);
    background: rgba(18, 25, 29, 0.82);
  }
  .sound {
    position: absolute;
    left: 50%;
    bottom: 1.5rem;
    transform: translateX(-50%);
    min-height: 56px;
    font-size: 1.15rem;
    box-shadow: 0 4px 20px rgba(0, 0, 0, 0.5);
  }
`;
