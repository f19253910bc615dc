import { css } from 'lit';

/** The preview beside the form; one below the other where it is narrow. */
export const deviceSetupStyles = css`
  .card {
    display: grid;
    grid-template-columns: minmax(0, 1.35fr) minmax(20rem, 1fr);
    gap: 1rem 1.75rem;
    width: min(66rem, 100%);
    margin: 0 auto;
    padding: 1.5rem 1.75rem;
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--surface);
  }
  .head {
    grid-column: 1 / -1;
  }
  .head error-banner {
    margin-top: 0.75rem;
  }
  slot {
    display: block;
    grid-column: 1 / -1;
  }
  .preview {
    position: relative;
  }
  .opening {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    padding: 2rem;
    text-align: center;
    color: var(--stage-ink);
  }
  .form {
    display: flex;
    flex-direction: column;
    gap: 0.9rem;
  }
  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.6rem;
  }
  .bar {
    overflow: hidden;
    height: 16px;
    margin-top: 0.5rem;
    border: 1px solid var(--line-strong);
    border-radius: 8px;
    background: var(--surface-off);
  }
  .level {
    height: 100%;
    background: #1f9d55;
    transform: scaleX(0);
    transform-origin: left;
  }
  .start {
    min-height: 56px;
    margin-top: auto;
    font-size: 1.15rem;
  }
  @media (max-width: 760px) {
    .card {
      grid-template-columns: minmax(0, 1fr);
      padding: 1rem;
      gap: 0.75rem;
    }
    self-video {
      aspect-ratio: 16 / 10;
    }
    .form {
      gap: 0.7rem;
    }
  }
`;
