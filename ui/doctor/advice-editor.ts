import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { browserClock } from '../media/clock.ts';
import { api } from '../shared/api.ts';
import { Localized, t } from '../shared/i18n.ts';
import { recall, remember } from '../shared/storage.ts';
import { fields, shared } from '../shared/theme.ts';
import { AdviceDraft, type DraftState } from './advice-draft.ts';

const longest = 1000;

/** What the patient takes home, saved while it is written. */
@customElement('advice-editor')
export class AdviceEditor extends LitElement {
  static override styles = [
    shared,
    fields,
    css`
      :host {
        display: grid;
        gap: 0.4rem;
        align-content: start;
      }
      label {
        margin: 0;
      }
      textarea {
        font: inherit;
        width: 100%;
        min-height: 9rem;
        padding: 0.6rem 0.75rem;
        border: 1px solid var(--line-strong);
        border-radius: 10px;
        background: #fff;
        color: var(--ink);
        resize: vertical;
      }
      .state {
        min-height: 1.5em;
        font-size: 0.9rem;
        color: var(--ink-soft);
      }
      .state.saved {
        color: var(--good);
      }
      .state.failed {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  @property() consultationId = '';
  /** What the server has. */
  @property() advice = '';
  /** The consultation has ended: the patient sees it already. */
  @property({ type: Boolean }) ended = false;
  @state() private shown: DraftState = 'saved';
  @state() private touched = false;
  #draft: AdviceDraft | null = null;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('pagehide', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('pagehide', this.#leave);
    void this.flush();
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (this.consultationId !== '' && this.#draft === null) this.#begin();
    else if (changes.has('advice')) this.#draft?.receive(this.advice);
  }

  override render() {
    return html`<label for="advice">${t('advice.label')}</label>
      <p class="field-hint">${t(this.ended ? 'advice.hint.ended' : 'advice.hint')}</p>
      <textarea
        id="advice"
        data-testid="advice-text"
        maxlength=${longest}
        .value=${this.#draft?.text ?? ''}
        @input=${this.#write}
      ></textarea>
      <p class="state ${this.shown}" role="status" data-testid="advice-state" data-state=${this.shown}>
        ${this.touched ? t(`advice.${this.shown}`) : ''}
      </p>`;
  }

  /** @returns whether the server has every letter */
  async flush(): Promise<boolean> {
    return (await this.#draft?.flush()) ?? true;
  }

  #begin(): void {
    const key = `advice.${this.consultationId}`;
    const draft = new AdviceDraft(
      this.advice,
      (text) => api.advise(this.consultationId, text),
      () => {
        this.shown = draft.state;
        if (draft.state === 'saved') remember(key, null);
      },
      browserClock,
    );
    this.#draft = draft;
    // Written before this page was closed or the box was gone, and not yet saved then.
    const left = recall(key);
    if (left !== null && left !== this.advice) {
      draft.write(left);
      this.touched = true;
    }
  }

  #write(event: Event): void {
    const text = (event.target as HTMLTextAreaElement).value;
    this.touched = true;
    remember(`advice.${this.consultationId}`, text);
    this.#draft?.write(text);
  }

  readonly #leave = (): void => void this.flush();
}

declare global {
  interface HTMLElementTagNameMap {
    'advice-editor': AdviceEditor;
  }
}
