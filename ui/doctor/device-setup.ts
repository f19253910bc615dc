import { html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { DoctorView } from '../../server/consultations/view.ts';
import { browserClock } from '../media/clock.ts';
import type { DeviceChoice, DeviceList } from '../media/devices.ts';
import { measureLevel } from '../media/level-meter.ts';
import { errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, t } from '../shared/i18n.ts';
import { recall, remember } from '../shared/storage.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import { deviceSetupStyles } from './device-setup.styles.ts';
import type { LocalMedia } from './local-media.ts';
import './self-video.ts';

/** What the doctor entered before starting. */
export interface StartDetail {
  patientLabel: string | null;
  /** Who the patient is told to see; null when nothing was typed. */
  doctor: DoctorView | null;
}

/** Shows the doctor that camera and microphone work; fires `start` with a {@link StartDetail}. */
@customElement('device-setup')
export class DeviceSetup extends LitElement {
  static override styles = [shared, buttons, fields, deviceSetupStyles];

  @property({ attribute: false }) media: LocalMedia | null = null;
  /** A consultation is already running: start by itself once the devices are open. */
  @property({ type: Boolean }) resuming = false;
  @property({ type: Boolean }) starting = false;
  /** Why starting failed. */
  @property() problem = '';

  @state() private deviceProblem = '';
  @state() private opening = false;
  @state() private devices: DeviceList = { cameras: [], microphones: [] };
  /** What is seen of the microphone's level; browsers draw a meter too thin to be noticed. */
  @query('.level') private readonly level!: HTMLElement | null;
  @query('meter') private readonly meter!: HTMLMeterElement | null;
  #stopMeter: (() => void) | null = null;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    navigator.mediaDevices?.addEventListener('devicechange', this.#devicesChanged);
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devicesChanged);
    this.#stopMeter?.();
  }

  override render() {
    const ready = this.media?.stream != null && this.deviceProblem === '' && !this.opening;
    return html`<section class="card">
      <div class="head">
        <h1>${t('setup.title')}</h1>
        <p class="muted">${this.resuming ? t('setup.resuming') : t('setup.hint')}</p>
        <error-banner .code=${this.deviceProblem} @problem-action=${() => this.#open()}></error-banner>
        <error-banner .code=${this.problem} actionless></error-banner>
      </div>
      <div class="preview">
        <self-video .stream=${this.media?.stream ?? null}></self-video>
        ${this.opening ? html`<p class="opening" role="status">${t('setup.opening')}</p>` : nothing}
      </div>
      <form class="form" @submit=${this.#start}>
        <div>
          <label for="camera">${t('setup.camera')}</label>
          ${this.#select('camera', this.devices.cameras, this.media?.cameraId ?? '')}
        </div>
        <div>
          <label for="microphone">${t('setup.microphone')}</label>
          ${this.#select('microphone', this.devices.microphones, this.media?.microphoneId ?? '')}
          <meter class="hidden-label" min="0" max="1" aria-label=${t('setup.level')}></meter>
          <div class="bar" aria-hidden="true"><div class="level"></div></div>
        </div>
        ${this.resuming ? nothing : html`${this.#patientField()} ${this.#doctorFields()}`}
        <button
          class="primary start"
          type="submit"
          data-testid="start-button"
          ?disabled=${!ready || this.starting}
        >
          ${this.starting ? t('setup.starting') : this.resuming ? t('setup.resume') : t('setup.start')}
        </button>
      </form>
      <slot></slot>
    </section>`;
  }

  #patientField() {
    return html`<div>
      <label for="patient">${t('setup.patient')}</label>
      <input id="patient" maxlength="40" autocomplete="off" aria-describedby="patient-hint" />
      <p class="field-hint" id="patient-hint">${t('setup.patientHint')}</p>
    </div>`;
  }

  /** The same doctor sits here tomorrow: remembered by this browser. */
  #doctorFields() {
    return html`<div>
      <div class="pair">
        <div>
          <label for="doctor-name">${t('setup.doctor')}</label>
          <input id="doctor-name" maxlength="40" autocomplete="off" .value=${recall('doctor') ?? ''} aria-describedby="doctor-hint" />
        </div>
        <div>
          <label for="department">${t('setup.department')}</label>
          <input id="department" maxlength="40" autocomplete="off" .value=${recall('department') ?? ''} aria-describedby="doctor-hint" />
        </div>
      </div>
      <p class="field-hint" id="doctor-hint">${t('setup.doctorHint')}</p>
    </div>`;
  }

  #select(id: 'camera' | 'microphone', devices: MediaDeviceInfo[], chosen: string) {
    return html`<select
      id=${id}
      data-testid=${`${id}-select`}
      aria-label=${id === 'camera' ? t('setup.camera') : t('setup.microphone')}
      ?disabled=${this.opening || devices.length === 0}
      @change=${this.#choose}
    >
      ${devices.length === 0 && !this.opening ? html`<option>${t('setup.noDevice')}</option>` : nothing}
      ${devices.map(
        (device, index) =>
          html`<option value=${device.deviceId} .selected=${live(device.deviceId === chosen)}>
            ${device.label === '' ? t('setup.unnamed', { number: index + 1 }) : device.label}
          </option>`,
      )}
    </select>`;
  }

  readonly #choose = (): void => {
    const chosen = (id: string) => this.renderRoot.querySelector<HTMLSelectElement>(id)?.value ?? '';
    const [cameraId, microphoneId] = [chosen('#camera'), chosen('#microphone')];
    void this.#open({
      ...(cameraId === '' ? {} : { cameraId }),
      ...(microphoneId === '' ? {} : { microphoneId }),
    });
  };

  /** What was missing may have been plugged in; and the lists changed. */
  readonly #devicesChanged = (): void => {
    if (this.deviceProblem !== '' || this.media?.broken === true) void this.#open();
    else void this.#list();
  };

  async #open(choice: DeviceChoice = {}): Promise<void> {
    if (this.media === null || this.opening) return;
    this.opening = true;
    this.deviceProblem = '';
    this.#stopMeter?.();
    try {
      const stream = await this.media.open(choice);
      this.#stopMeter = measureLevel(
        { createContext: () => new AudioContext(), clock: browserClock },
        stream,
        (level) => {
          // Drawn past Lit: it changes twelve times a second.
          this.level?.style.setProperty('transform', `scaleX(${level.toFixed(2)})`);
          if (this.meter !== null) this.meter.value = level;
        },
      );
      await this.#list();
      if (this.resuming) this.#fireStart({ patientLabel: null, doctor: null });
    } catch (error) {
      this.deviceProblem = errorCode(error);
      await this.#list();
    } finally {
      this.opening = false;
    }
  }

  async #list(): Promise<void> {
    this.devices = (await this.media?.list()) ?? this.devices;
  }

  #start(event: Event): void {
    event.preventDefault();
    const typed = (id: string): string | null =>
      this.renderRoot.querySelector<HTMLInputElement>(id)?.value.trim() || null;
    const [name, department] = [typed('#doctor-name'), typed('#department')];
    remember('doctor', name);
    remember('department', department);
    const doctor = name === null ? null : { name, title: null, department };
    this.#fireStart({ patientLabel: typed('#patient'), doctor });
  }

  #fireStart(detail: StartDetail): void {
    this.dispatchEvent(new CustomEvent<StartDetail>('start', { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'device-setup': DeviceSetup;
  }
}
