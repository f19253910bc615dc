import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { ConsultationView } from '../../server/consultations/view.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, shared } from '../shared/theme.ts';
import './advice-editor.ts';
import type { AdviceEditor } from './advice-editor.ts';
import './message-composer.ts';
import type { MessageComposer, MessageDetail } from './message-composer.ts';

/** Everything that the doctor writes to the patient, beside the picture. Fires `close`, `changed` with the consultation. */
@customElement('patient-notes')
export class PatientNotes extends LitElement {
  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        background: var(--surface);
      }
      header {
        display: flex;
        gap: 0.3rem;
        padding: 0.5rem 0.6rem 0;
        border-bottom: 1px solid var(--line);
      }
      header [role='tablist'] {
        display: flex;
        flex: 1;
      }
      header [role='tab'] {
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: none;
        color: var(--ink-soft);
      }
      header [role='tab'][aria-selected='true'] {
        border-bottom-color: var(--accent);
        color: var(--accent-strong);
      }
      .body {
        overflow: auto;
        padding: 0.9rem;
      }
      error-banner {
        margin-bottom: 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) consultation: ConsultationView | null = null;
  @state() private tab: 'messages' | 'advice' = 'messages';
  @state() private busy = false;
  @state() private problem = '';
  @query('message-composer') private readonly composer!: MessageComposer | null;
  @query('advice-editor') private readonly editor!: AdviceEditor | null;

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    const { consultation } = this;
    if (consultation === null) return nothing;
    // Both stay: a half-written text must survive a look at the other tab.
    return html`<header>
        <div role="tablist" aria-label=${t('notes.title')}>
          ${(['messages', 'advice'] as const).map(
            (tab) =>
              html`<button
                role="tab"
                data-testid=${`tab-${tab}`}
                aria-selected=${this.tab === tab ? 'true' : 'false'}
                @click=${() => {
                  this.tab = tab;
                }}
              >
                ${t(`notes.${tab}`)}
              </button>`,
          )}
        </div>
        <button class="quiet" data-testid="notes-close" @click=${() => this.dispatchEvent(new CustomEvent('close'))}>
          ${t('notes.close')}
        </button>
      </header>
      <div class="body" role="tabpanel">
        <error-banner .code=${this.problem} actionless></error-banner>
        <message-composer
          ?hidden=${this.tab !== 'messages'}
          .messages=${consultation.messages}
          .busy=${this.busy}
          @message=${this.#send}
        ></message-composer>
        <advice-editor
          ?hidden=${this.tab !== 'advice'}
          .consultationId=${consultation.id}
          .advice=${consultation.advice ?? ''}
        ></advice-editor>
      </div>`;
  }

  /** Saves what is still being written. */
  async flush(): Promise<void> {
    await this.editor?.flush();
  }

  async #send(event: CustomEvent<MessageDetail>): Promise<void> {
    const { consultation } = this;
    if (consultation === null || this.busy) return;
    const { text, answers } = event.detail;
    this.busy = true;
    try {
      const after = await api.sendMessage(consultation.id, text, answers);
      this.composer?.sent(text);
      this.problem = '';
      this.dispatchEvent(new CustomEvent('changed', { detail: after }));
    } catch (error) {
      this.problem = errorCode(error);
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'patient-notes': PatientNotes;
  }
}
