import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';
import { icons } from './icons.ts';

/** Microphone, camera, volume and full screen. Fires `mute`, `camera`, `fullscreen` and `volume` (0…1). */
@customElement('call-controls')
export class CallControls extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.6rem;
        padding: 0.6rem 0.75rem;
        background: #0b1013;
        color: var(--stage-ink);
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.4rem 1rem;
        border-color: #5d6b73;
        background: #222c32;
        color: var(--stage-ink);
      }
      button:hover:not(:disabled) {
        background: #33404a;
      }
      button.off {
        border-color: transparent;
        background: #fbdedb;
        color: #7d1610;
      }
      button.off:hover:not(:disabled) {
        background: #fff;
      }
      :focus-visible {
        outline-color: #9cc8ff;
      }
      .volume {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
      }
      input {
        width: 8.5rem;
        height: 32px;
      }
      @media (max-width: 760px) {
        :host {
          gap: 0.4rem;
          padding: 0.4rem;
          flex-wrap: nowrap;
        }
        button {
          flex: 1 1 0;
          flex-direction: column;
          gap: 0;
          padding: 0.3rem;
          font-size: 0.8rem;
          line-height: 1.25;
        }
        .volume {
          flex: 1 1 0;
          gap: 0.2rem;
          min-width: 0;
        }
        input {
          width: 100%;
          min-width: 0;
        }
      }
    `,
  ];

  @property({ type: Boolean }) muted = false;
  @property({ type: Boolean }) cameraOff = false;
  @property({ type: Boolean }) full = false;
  @property({ type: Number }) volume = 1;

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    return html`<button
        class=${this.muted ? 'off' : ''}
        data-testid="mute-button"
        @click=${() => this.#fire('mute', !this.muted)}
      >
        ${this.muted ? icons.microphoneOff : icons.microphone}
        ${this.muted ? t('control.unmute') : t('control.mute')}
      </button>
      <button
        class=${this.cameraOff ? 'off' : ''}
        data-testid="camera-button"
        @click=${() => this.#fire('camera', !this.cameraOff)}
      >
        ${this.cameraOff ? icons.cameraOff : icons.camera}
        ${this.cameraOff ? t('control.cameraOn') : t('control.cameraOff')}
      </button>
      <label class="volume">
        ${icons.volume}<span class="hidden-label">${t('control.volume')}</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          data-testid="volume"
          title=${t('control.volume')}
          .value=${String(this.volume)}
          @input=${this.#volumeChanged}
        />
      </label>
      ${
        // iPhones show no element in full screen but their own player.
        document.fullscreenEnabled
          ? html`<button data-testid="fullscreen-button" @click=${() => this.#fire('fullscreen', !this.full)}>
              ${this.full ? icons.fullscreenExit : icons.fullscreen}
              ${this.full ? t('control.fullscreenExit') : t('control.fullscreen')}
            </button>`
          : nothing
      }`;
  }

  #volumeChanged(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.#fire('volume', event.target.valueAsNumber);
  }

  #fire(name: string, detail: boolean | number): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'call-controls': CallControls;
  }
}
