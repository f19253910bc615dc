import { css } from 'lit';

/** The whole window without scrolling: the stage takes what the side leaves. */
export const consultationViewStyles = css`
  :host {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) clamp(18rem, 24vw, 24rem);
    gap: 0 0.9rem;
    height: 100%;
  }
  .banners {
    grid-column: 1 / -1;
  }
  .banners > * {
    margin-bottom: 0.6rem;
  }
  .network {
    padding: 0.6rem 1rem;
    border-left: 5px solid #c77700;
    border-radius: 8px;
    background: var(--warning-ground);
    color: var(--warning);
    font-weight: 600;
  }
  .stage {
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow: hidden;
    border-radius: 16px;
    background: var(--stage);
  }
  .picture {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  .over {
    position: absolute;
    inset: 0;
    display: flex;
    overflow: auto;
    padding: 0.75rem;
    background: var(--stage);
    container-type: size;
  }
  .over > * {
    margin: auto;
  }
  patient-notes {
    position: absolute;
    z-index: 1;
    top: 0;
    right: 0;
    bottom: 0;
    width: min(25rem, 100%);
    border-left: 1px solid var(--line);
  }
  /* Writing must not hide the patient's face: the picture moves aside where there is room. */
  @media (min-width: 1000px) {
    .picture.writing remote-video,
    .picture.writing .over {
      right: 25rem;
    }
  }
  .last-message {
    position: absolute;
    right: 0.6rem;
    bottom: 0.6rem;
    left: 0.6rem;
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.8rem;
    width: fit-content;
    margin: 0 auto;
    padding: 0.4rem 0.9rem;
    border-radius: 10px;
    background: var(--surface);
    overflow-wrap: anywhere;
  }
  .last-message strong {
    color: var(--good);
  }
  .last-message em {
    color: var(--ink-soft);
    font-style: normal;
  }
  .admit {
    display: grid;
    gap: 1rem;
    max-width: 30rem;
    padding: 2rem 2.5rem;
    border-radius: 16px;
    background: #fff;
    text-align: center;
  }
  .admit h2 {
    font-size: 1.6rem;
    overflow-wrap: anywhere;
  }
  .admit button {
    min-height: 68px;
    font-size: 1.5rem;
  }
  .side {
    display: flex;
    flex-direction: column;
    gap: 0.8rem;
    min-height: 0;
  }
  .actions {
    display: grid;
    gap: 0.6rem;
    margin-top: auto;
  }

  /* Full screen: the picture takes everything, what the doctor must know floats over it. */
  :host([full]) {
    display: block;
    position: relative;
    background: var(--stage);
  }
  :host([full]) .stage {
    height: 100%;
    border-radius: 0;
  }
  :host([full]) .banners {
    position: absolute;
    z-index: 2;
    top: 0.75rem;
    left: 50%;
    width: min(46rem, 60%);
    transform: translateX(-50%);
  }
  :host([full]) .side {
    position: absolute;
    z-index: 1;
    top: 0.75rem;
    right: 0.75rem;
    width: clamp(13rem, 17vw, 18rem);
  }

  @media (max-width: 760px) {
    :host {
      grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
      gap: 0;
    }
    .stage {
      border-radius: 0;
    }
    .side {
      display: grid;
      grid-template-columns: 104px minmax(0, 1fr);
      gap: 0.5rem 0.6rem;
      padding: 0.6rem;
    }
    .self {
      grid-column: 1;
      grid-row: 1;
      align-self: center;
    }
    status-panel {
      grid-column: 2;
      grid-row: 1;
    }
    .actions {
      grid-column: 1 / -1;
      display: flex;
      flex-wrap: wrap;
      margin: 0;
    }
    .actions > * {
      flex: 1 1 8rem;
    }
    .actions > end-button[asking] {
      flex-basis: 100%;
    }
    .banners > * {
      margin: 0.4rem;
    }
    :host([full]) .banners {
      width: 96%;
    }
    :host([full]) .side {
      top: auto;
      bottom: 4.5rem;
      left: 0.4rem;
      right: 0.4rem;
      width: auto;
      grid-template-columns: 80px minmax(0, 1fr);
      padding: 0;
    }
    :host([full]) .actions {
      display: none;
    }
    .admit {
      padding: 1.5rem 1.25rem;
    }
  }
`;
