import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ConsultationView, StreamView } from '../../server/consultations/view.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, t } from '../shared/i18n.ts';
import type { ProblemAction } from '../shared/problems.ts';
import { buttons, shared } from '../shared/theme.ts';
import './call-controls.ts';
import { ConsultationSession } from './consultation-session.ts';
import { consultationViewStyles } from './consultation-view.styles.ts';
import './end-button.ts';
import type { LocalMedia } from './local-media.ts';
import './pairing-code.ts';
import './patient-notes.ts';
import type { PatientNotes } from './patient-notes.ts';
import './remote-video.ts';
import type { RemoteVideo } from './remote-video.ts';
import './self-video.ts';
import './status-panel.ts';

type Busy = 'nothing' | 'pairing' | 'admit' | 'end';

/** One running consultation. Fires `ended` with the consultation, `access-required`, `leave`. */
@customElement('consultation-view')
export class ConsultationScreen extends LitElement {
  static override styles = [shared, buttons, consultationViewStyles];

  /** As it was when this view opened; later states come from the server by themselves. */
  @property({ attribute: false }) initial: ConsultationView | null = null;
  @property({ attribute: false }) media: LocalMedia | null = null;

  @state() private busy: Busy = 'nothing';
  @state() private showPairing = false;
  @state() private volume = 1;
  @state() private full = false;
  @state() private deviceProblem = '';
  @state() private reopening = false;
  @state() private writing = false;
  @query('remote-video') private readonly remote!: RemoteVideo | null;
  @query('patient-notes') private readonly notes!: PatientNotes | null;
  #session: ConsultationSession | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.initial === null || this.media === null) return;
    this.#unsubscribe = this.media.subscribe(() => this.#mediaChanged());
    document.addEventListener('fullscreenchange', this.#fullscreenChanged);
    navigator.mediaDevices?.addEventListener('devicechange', this.#devicesChanged);
    this.#session = new ConsultationSession(this.initial, this.media, {
      changed: () => this.#changed(),
      reconnect: () => this.remote?.reconnectNow(),
      ended: (consultation) => this.#ended(consultation),
      accessRequired: () => this.dispatchEvent(new CustomEvent('access-required')),
    });
    this.#session.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('fullscreenchange', this.#fullscreenChanged);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged);
    if (document.fullscreenElement !== null) void this.#toggleFullscreen();
    this.#unsubscribe?.();
    this.#session?.close();
    this.#session = null;
  }

  override render() {
    const session = this.#session;
    const { media } = this;
    if (session === null || media === null) return nothing;
    const { consultation } = session;
    return html`<div class="banners" aria-live="polite">${this.#banners(session)}</div>
      <section class="stage">
        <div class=${this.writing ? 'picture writing' : 'picture'}>
          <remote-video
            .whepUrl=${consultation.whepUrl}
            .hlsUrl=${consultation.hlsUrl}
            .active=${consultation.state === 'live' && !session.takenOver}
            .publishing=${consultation.patient.publishing}
            .soundOnly=${isSoundOnly(consultation.patient)}
            .device=${consultation.device}
            .volume=${this.volume}
            @remote-failure=${this.#remoteFailed}
          ></remote-video>
          ${this.#card(consultation)} ${this.#lastMessage(consultation)}
          <patient-notes
            ?hidden=${!this.writing}
            .consultation=${consultation}
            @changed=${(event: CustomEvent<ConsultationView>) => session.take(event.detail)}
            @close=${this.#toggleNotes}
          ></patient-notes>
        </div>
        <call-controls
          .muted=${media.muted}
          .cameraOff=${media.cameraOff}
          .full=${this.full}
          .volume=${this.volume}
          @mute=${(event: CustomEvent<boolean>) => media.setMuted(event.detail)}
          @camera=${(event: CustomEvent<boolean>) => media.setCameraOff(event.detail)}
          @volume=${(event: CustomEvent<number>) => {
            this.volume = event.detail;
          }}
          @fullscreen=${this.#toggleFullscreen}
        ></call-controls>
      </section>
      <aside class="side">
        <status-panel
          .consultation=${consultation}
          .publisher=${session.publisher}
          .stats=${session.stats}
          .muted=${!media.sendsSound}
          .cameraOff=${!media.sendsPicture}
          .takenOver=${session.takenOver}
        ></status-panel>
        <self-video class="self" .stream=${media.stream} .off=${!media.sendsPicture}></self-video>
        <div class="actions">
          <button data-testid="notes-button" aria-expanded=${this.writing ? 'true' : 'false'} @click=${this.#toggleNotes}>
            ${t('notes.button')}
          </button>
          ${
            consultation.state === 'open' || this.showPairing
              ? nothing
              : html`<button data-testid="pairing-again" @click=${this.#pairAgain}>${t('pairing.again')}</button>`
          }
          <end-button .busy=${this.busy === 'end'} @end=${this.#end}></end-button>
        </div>
      </aside>`;
  }

  /** What stands over the picture: the code, or the patient who waits. */
  #card(consultation: ConsultationView) {
    if (consultation.state === 'open' || this.showPairing) {
      return html`<div class="over">
        <pairing-code
          .pairing=${consultation.pairing}
          .busy=${this.busy === 'pairing'}
          .closable=${consultation.state !== 'open'}
          @refresh=${this.#freshPairing}
          @close=${() => {
            this.showPairing = false;
          }}
        ></pairing-code>
      </div>`;
    }
    if (consultation.state !== 'waiting') return nothing;
    const patient = consultation.patientLabel;
    return html`<div class="over">
      <div class="admit" role="alert" data-testid="admit-card">
        <h2>${patient === null ? t('admit.title') : t('admit.title.named', { patient })}</h2>
        <p class="muted">${t('admit.hint')}</p>
        <button
          class="primary"
          data-testid="admit-button"
          ?disabled=${this.busy === 'admit'}
          @click=${() => this.#run('admit', (id) => api.admit(id))}
        >
          ${this.busy === 'admit' ? t('admit.busy') : t('admit.button')}
        </button>
      </div>
    </div>`;
  }

  /** What was written last, and whether it was answered: seen without opening the notes. */
  #lastMessage({ messages, state }: ConsultationView) {
    const last = messages.at(-1);
    if (last === undefined || this.writing || state === 'open' || this.showPairing) return nothing;
    return html`<p class="last-message" role="status" data-testid="last-message">
      <span>${last.text}</span>
      ${
        last.answered !== null
          ? html`<strong>${t('message.answered', { answer: last.answered })}</strong>`
          : last.answers.length === 0
            ? nothing
            : html`<em>${t('message.pending')}</em>`
      }
    </p>`;
  }

  readonly #toggleNotes = (): void => {
    this.writing = !this.writing;
  };

  #banners(session: ConsultationSession) {
    const { doctor, patient, state } = session.consultation;
    if (session.takenOver) {
      return html`<error-banner code="taken_over" @problem-action=${() => session.takeBack()}></error-banner>`;
    }
    return html`${
      session.network === 'ok'
        ? nothing
        : html`<p class="network" role="status" data-testid="network-banner" data-code=${session.network}>${t(`network.${session.network}`)}</p>`
    }
    ${
      session.problem === null || session.network !== 'ok'
        ? nothing
        : html`<error-banner .code=${session.problem} @problem-action=${this.#act}></error-banner>`
    }
    ${
      this.deviceProblem === '' || this.reopening
        ? nothing
        : html`<error-banner .code=${this.deviceProblem} @problem-action=${this.#reopenDevices}></error-banner>`
    }
    ${
      doctor.problem === null
        ? nothing
        : html`<error-banner .code=${`doctor_${doctor.problem}`} actionless></error-banner>`
    }
    ${
      patient.problem === null || state !== 'live'
        ? nothing
        : html`<error-banner .code=${`patient_${patient.problem}`} actionless></error-banner>`
    }`;
  }

  #changed(): void {
    // The code that was shown again has been scanned.
    const { consultation } = this.#session ?? {};
    if (consultation?.pairing === null && this.busy !== 'pairing') this.showPairing = false;
    this.requestUpdate();
  }

  #ended(consultation: ConsultationView): void {
    this.dispatchEvent(
      new CustomEvent('ended', {
        detail: { consultation, elsewhere: this.busy !== 'end' } satisfies EndedDetail,
      }),
    );
  }

  #mediaChanged(): void {
    if (this.media?.broken === true) this.deviceProblem = 'device_gone';
    this.requestUpdate();
  }

  /** What was missing may have been plugged in. */
  readonly #devicesChanged = (): void => {
    if (this.deviceProblem !== '') void this.#reopenDevices();
  };

  async #reopenDevices(): Promise<void> {
    if (this.reopening) return;
    this.reopening = true;
    try {
      await this.media?.open();
      await this.#session?.useNewTracks();
      this.deviceProblem = '';
    } catch (error) {
      this.deviceProblem = errorCode(error);
    } finally {
      this.reopening = false;
    }
  }

  #act(event: CustomEvent<ProblemAction>): void {
    const session = this.#session;
    if (session === null) return;
    session.dismissProblem();
    if (event.detail === 'newConsultation') this.dispatchEvent(new CustomEvent('leave'));
    else if (event.detail === 'signIn') this.dispatchEvent(new CustomEvent('access-required'));
    else if (event.detail === 'newCode') void this.#freshPairing();
    else if (event.detail === 'retry') void session.refresh();
  }

  #remoteFailed(event: CustomEvent<string>): void {
    if (event.detail === 'access_required') this.dispatchEvent(new CustomEvent('access-required'));
    else void this.#session?.refresh();
  }

  async #pairAgain(): Promise<void> {
    this.showPairing = true;
    if (this.#session?.consultation.pairing == null) await this.#freshPairing();
  }

  #freshPairing(): Promise<void> {
    return this.#run('pairing', (id) => api.freshPairing(id));
  }

  async #end(): Promise<void> {
    this.busy = 'end';
    // The phone shows the advice at the end: its last words must be there.
    await this.notes?.flush();
    await this.#run('end', (id) => api.end(id));
  }

  async #run(busy: Busy, send: (id: string) => Promise<ConsultationView>): Promise<void> {
    this.busy = busy;
    await this.#session?.command(send);
    this.busy = 'nothing';
  }

  async #toggleFullscreen(): Promise<void> {
    try {
      // All of this view, not the picture alone: what goes wrong must be seen there too.
      if (document.fullscreenElement === null) await this.requestFullscreen();
      else await document.exitFullscreen();
    } catch (error) {
      console.warn('full screen refused', error);
    }
  }

  readonly #fullscreenChanged = (): void => {
    this.full = document.fullscreenElement !== null;
    this.toggleAttribute('full', this.full);
  };
}

/** Codecs as the media server names them: sound is AAC or Opus, everything else is a picture. */
function isSoundOnly({ publishing, codecs }: StreamView): boolean {
  return publishing && codecs.length > 0 && codecs.every((codec) => /audio|opus/i.test(codec));
}

/** How a consultation ended. */
export interface EndedDetail {
  consultation: ConsultationView;
  /** Not by this page's own button. */
  elsewhere: boolean;
}

declare global {
  interface HTMLElementTagNameMap {
    'consultation-view': ConsultationScreen;
  }
}
