import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { DeviceState } from '../../server/consultations/view.ts';
import { browserPeer } from '../media/peer-link.ts';
import { type PlayerMode, type PlayerState, RemotePlayer } from '../media/remote-player.ts';
import type { MediaFailure } from '../media/signalling.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';
import { remoteVideoStyles } from './remote-video.styles.ts';

/** The patient's picture, large, with what keeps it from being there. Fires `remote-failure` with the code. */
@customElement('remote-video')
export class RemoteVideo extends LitElement {
  static override styles = [shared, buttons, remoteVideoStyles];

  @property() whepUrl = '';
  @property() hlsUrl = '';
  /** The patient was admitted, and this window has the consultation. */
  @property({ type: Boolean }) active = false;
  /** The server says that the patient's stream is there. */
  @property({ type: Boolean }) publishing = false;
  /** The patient’s stream has no picture track. */
  @property({ type: Boolean }) soundOnly = false;
  @property() device: DeviceState = 'none';
  @property({ type: Number }) volume = 1;

  @state() private mode: PlayerMode = 'none';
  @state() private playerState: PlayerState = 'idle';
  /** What the browser does not play without a click. */
  @state() private blocked: 'nothing' | 'sound' | 'picture' = 'nothing';
  @query('video') private readonly video!: HTMLVideoElement;
  #player: RemotePlayer | null = null;

  constructor() {
    super();
    new Localized(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  /** The server said that media connections are cut. */
  reconnectNow(): void {
    this.#player?.reconnectNow();
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('volume')) this.video.volume = this.volume;
    if (changed.has('active')) {
      if (this.active) this.#start();
      else this.#stop();
    }
    this.#player?.setPublishing(this.publishing);
  }

  override render() {
    return html`<video
        data-testid="remote-video"
        aria-label=${t('remote.label')}
        autoplay
        playsinline
        @loadedmetadata=${this.#play}
        @playing=${this.#play}
      ></video>
      ${this.active ? this.#overlay() : nothing}`;
  }

  #overlay() {
    return html`<span
        class="mode ${this.mode}"
        data-testid="player-mode"
        title=${t('mode.label')}
        ?hidden=${this.mode === 'none'}
      >
        ${t(`mode.${this.mode}`)}
      </span>
      ${this.mode === 'none' || this.device === 'lost' || this.soundOnly ? this.#note() : nothing}
      ${
        this.blocked === 'nothing'
          ? nothing
          : html`<button class="primary sound" data-testid="play-sound" @click=${this.#unblock}>
              ${this.blocked === 'sound' ? t('remote.sound') : t('remote.play')}
            </button>`
      }`;
  }

  #note() {
    if (this.device === 'lost')
      return html`<p class="note" role="status" data-testid="remote-note">${t('remote.lost')}</p>`;
    if (this.device === 'background' || this.device === 'locked')
      return html`<p class="note" role="status" data-testid="remote-note">${t(`remote.${this.device}`)}</p>`;
    if (this.mode !== 'none')
      return html`<p class="note" role="status" data-testid="remote-note">${t('remote.soundOnly')}</p>`;
    return html`<p class="note" role="status" data-testid="remote-note">
      ${this.playerState === 'connecting' ? t('remote.connecting') : t('remote.waiting')}
    </p>`;
  }

  #start(): void {
    this.#stop();
    this.#player = new RemotePlayer(
      { whepUrl: this.whepUrl, hlsUrl: this.hlsUrl },
      this.video,
      {
        ...browserPeer,
        createMediaStream: () => new MediaStream(),
        // Large and seldom needed: only loaded when the real-time way fails.
        loadHls: async () => (await import('hls.js')).default,
      },
      {
        changed: (state, mode) => {
          this.playerState = state;
          this.mode = mode;
          if (state === 'playing') void this.#play();
        },
        failure: (failure) => this.#failed(failure),
      },
    );
    this.#player.setPublishing(this.publishing);
    this.#player.start();
  }

  #stop(): void {
    this.#player?.stop();
    this.#player = null;
    this.mode = 'none';
    this.blocked = 'nothing';
  }

  #failed(failure: MediaFailure): void {
    this.dispatchEvent(new CustomEvent<string>('remote-failure', { detail: failure.code }));
  }

  /** Plays with sound; where the browser wants a click first, at least shows the picture without it. */
  async #play(): Promise<void> {
    const { video } = this;
    if (!video.paused && !video.muted) {
      this.blocked = 'nothing';
      return;
    }
    if (this.blocked !== 'nothing') return;
    try {
      await video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      video.muted = true;
      this.blocked = 'sound';
      await video.play().catch(() => {
        this.blocked = 'picture';
      });
    }
  }

  async #unblock(): Promise<void> {
    this.video.muted = false;
    this.blocked = 'nothing';
    await this.#play();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'remote-video': RemoteVideo;
  }
}
