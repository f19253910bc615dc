import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { MessageView } from '../../server/consultations/view.ts';
import { Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';
import { type AnswerChoice, answerChoices, readyPhrases } from './ready-phrases.ts';

/** A message to be sent. */
export interface MessageDetail {
  text: string;
  answers: string[];
}

/** Large-letter messages to the patient: ready phrases, words of one's own, what was answered. Fires `message`. */
@customElement('message-composer')
export class MessageComposer extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      :host {
        display: grid;
        gap: 0.9rem;
        align-content: start;
      }
      .phrases {
        display: flex;
        flex-wrap: wrap;
        gap: 0.45rem;
      }
      .phrases button {
        min-height: 44px;
        padding: 0.3rem 0.8rem;
        border-color: var(--line-strong);
        border-radius: 22px;
        font-weight: 500;
        text-align: start;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
      }
      form label {
        grid-column: 1 / -1;
        margin: 0;
      }
      form .answers {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 1rem;
        grid-column: 1 / -1;
        color: var(--ink-soft);
        font-size: 0.95rem;
      }
      form .answers label {
        display: flex;
        align-items: center;
        gap: 0.3rem;
        min-height: 36px;
        font-weight: 500;
        color: var(--ink);
      }
      input[type='radio'] {
        width: 18px;
        height: 18px;
        min-height: 0;
        margin: 0;
      }
      ol {
        display: grid;
        gap: 0.5rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        gap: 0.15rem;
        padding: 0.5rem 0.75rem;
        border: 1px solid var(--line);
        border-radius: 10px;
        overflow-wrap: anywhere;
      }
      .answered {
        font-weight: 700;
        color: var(--good);
      }
      .pending {
        color: var(--ink-soft);
        font-size: 0.9rem;
      }
    `,
  ];

  /** Oldest first. */
  @property({ attribute: false }) messages: MessageView[] = [];
  @property({ type: Boolean }) busy = false;
  @state() private choice: AnswerChoice = 'ok';
  @query('#message') private readonly field!: HTMLInputElement | null;

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    return html`<div class="phrases" role="group" aria-label=${t('message.phrases')}>
        ${readyPhrases.map(
          ({ text, answers }) =>
            html`<button
              type="button"
              data-testid=${text}
              ?disabled=${this.busy}
              @click=${() =>
                this.#send(
                  t(text),
                  answers.map((each) => t(each)),
                )}
            >
              ${t(text)}
            </button>`,
        )}
      </div>
      <form @submit=${this.#submit}>
        <label for="message">${t('message.own')}</label>
        <input id="message" maxlength="200" autocomplete="off" data-testid="message-text" />
        <button class="primary" type="submit" data-testid="message-send" ?disabled=${this.busy}>
          ${t('message.send')}
        </button>
        <div class="answers" role="radiogroup" aria-label=${t('message.answers')}>
          <span>${t('message.answers')}</span>
          ${(Object.keys(answerChoices) as AnswerChoice[]).map(
            (choice) =>
              html`<label
                ><input
                  type="radio"
                  name="answers"
                  .checked=${this.choice === choice}
                  @change=${() => {
                    this.choice = choice;
                  }}
                />${t(`message.answers.${choice}`)}</label
              >`,
          )}
        </div>
      </form>
      ${this.messages.length === 0 ? nothing : this.#sent()}`;
  }

  #sent() {
    return html`<ol data-testid="messages">
      ${this.messages.toReversed().map(
        ({ text, answers, answered }) =>
          html`<li>
            <span>${text}</span>
            ${
              answered !== null
                ? html`<span class="answered">${t('message.answered', { answer: answered })}</span>`
                : answers.length === 0
                  ? nothing
                  : html`<span class="pending">${t('message.pending')}</span>`
            }
          </li>`,
      )}
    </ol>`;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.field?.value.trim() ?? '';
    if (text === '') {
      this.field?.focus();
      return;
    }
    this.#send(
      text,
      answerChoices[this.choice].map((each) => t(each)),
    );
  }

  /** The field keeps its words until the server has them. */
  sent(text: string): void {
    if (this.field?.value.trim() === text) this.field.value = '';
  }

  #send(text: string, answers: string[]): void {
    this.dispatchEvent(new CustomEvent<MessageDetail>('message', { detail: { text, answers } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'message-composer': MessageComposer;
  }
}
