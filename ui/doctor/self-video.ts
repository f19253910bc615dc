import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { Localized, t } from '../shared/i18n.ts';
import { shared } from '../shared/theme.ts';

/** The doctor's own picture, mirrored as people know themselves, always silent. */
@customElement('self-video')
export class SelfVideo extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        aspect-ratio: 4 / 3;
        border-radius: 12px;
        background: var(--stage);
      }
      video {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: cover;
        transform: scaleX(-1);
      }
      p {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        background: var(--stage);
        color: var(--stage-ink);
        text-align: center;
        padding: 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) stream: MediaStream | null = null;
  @property({ type: Boolean }) off = false;
  @query('video') private readonly video!: HTMLVideoElement;

  constructor() {
    super();
    new Localized(this);
  }

  override updated(): void {
    if (this.video.srcObject !== this.stream) this.video.srcObject = this.stream;
  }

  override render() {
    return html`<video
        data-testid="self-video"
        aria-label=${t('self.label')}
        autoplay
        playsinline
        muted
        .muted=${true}
      ></video>
      ${this.off ? html`<p>${t('self.off')}</p>` : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'self-video': SelfVideo;
  }
}
