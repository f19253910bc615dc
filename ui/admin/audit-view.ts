import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ChainedLine } from '../../server/audit/chain.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { currentLanguage, isMessageKey, Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

/** What the log writes down; the filter offers them. */
const actions = [
  ...['sign_in', 'sign_in_failed', 'sign_out', 'setup_completed', 'reset_asked', 'recovery_code_used'],
  ...['person_created', 'person_changed', 'password_changed', 'password_reset', 'totp_added', 'totp_removed'],
  ...['session_ended', 'program_added', 'consultation_created', 'pairing_renewed', 'phone_joined'],
  ...['phone_replaced', 'patient_admitted', 'consultation_ended', 'audit_exported', 'miniapp_step'],
];

/** Who did what, newest first. Fires `access-required`. */
@customElement('audit-view')
export class AuditView extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.6rem 1rem;
      }
      .head h1 {
        flex: 1 1 12rem;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.6rem;
      }
      a {
        display: inline-flex;
        align-items: center;
        min-height: 48px;
        color: var(--accent-strong);
        font-weight: 600;
      }
      ol {
        margin: 1rem 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 11.5rem 9rem minmax(0, 1fr) auto;
        gap: 0.2rem 1rem;
        padding: 0.5rem 0;
        border-top: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      time,
      .from {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      .good {
        color: var(--good);
        font-weight: 600;
      }
      .bad {
        color: var(--danger);
        font-weight: 600;
      }
      @media (max-width: 760px) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
      }
    `,
  ];

  @state() private lines: ChainedLine[] = [];
  @state() private action = '';
  @state() private more = false;
  @state() private problem = '';
  @state() private checked: { id: number | null; lines: number } | null = null;

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override render() {
    return html`<div class="head">
        <h1>${t('audit.title')}</h1>
        <div class="tools">
          <div>
            <label for="action">${t('audit.filter')}</label>
            <select id="action" data-testid="audit-filter" @change=${this.#filter}>
              <option value="">${t('audit.all')}</option>
              ${actions.map((each) => html`<option value=${each}>${actionText(each)}</option>`)}
            </select>
          </div>
          <button data-testid="audit-check" @click=${this.#check}>${t('audit.check')}</button>
          <a href="/api/audit/export" download>${t('audit.export')}</a>
        </div>
      </div>
      ${this.#verdict()}
      <error-banner .code=${this.problem} actionless></error-banner>
      <ol data-testid="audit">
        ${this.lines.map((line) => this.#line(line))}
      </ol>
      ${this.more ? html`<button @click=${() => this.#load(this.lines.at(-1)?.id)}>${t('audit.more')}</button>` : nothing}`;
  }

  #verdict() {
    if (this.checked === null) return nothing;
    const { id, lines } = this.checked;
    return id === null
      ? html`<p class="good" role="status" data-testid="audit-verdict">${t('audit.whole', { lines })}</p>`
      : html`<p class="bad" role="alert" data-testid="audit-verdict">${t('audit.broken', { id })}</p>`;
  }

  #line({ at, actor, action, detail, address }: ChainedLine) {
    const facts = Object.entries(detail).map(([name, value]) => `${name}: ${value}`);
    return html`<li>
      <time datetime=${new Date(at).toISOString()}>${moment(at)}</time>
      <strong>${actorText(actor)}</strong>
      <span>${actionText(action)}${facts.length === 0 ? nothing : html` <span class="muted">${facts.join(', ')}</span>`}</span>
      <span class="from">${address ?? ''}</span>
    </li>`;
  }

  readonly #filter = (event: Event): void => {
    this.action = (event.target as HTMLSelectElement).value;
    void this.#load();
  };

  async #load(before?: number): Promise<void> {
    try {
      const lines = await api.audit({
        ...(this.action === '' ? {} : { action: this.action }),
        ...(before === undefined ? {} : { before }),
      });
      this.lines = before === undefined ? lines : [...this.lines, ...lines];
      this.more = lines.length === 100;
      this.problem = '';
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #check = async (): Promise<void> => {
    try {
      this.checked = await api.checkAudit();
    } catch (error) {
      this.#failed(error);
    }
  };

  #failed(error: unknown): void {
    this.problem = errorCode(error);
    if (this.problem === 'access_required') this.dispatchEvent(new CustomEvent('access-required'));
  }
}

/** A kind that this page does not know yet is shown by its name. */
function actionText(action: string): string {
  const key = `audit.${action}`;
  return isMessageKey(key) ? t(key) : action;
}

function actorText(actor: string): string {
  const key = `actor.${actor.replaceAll(' ', '_')}`;
  return isMessageKey(key) ? t(key) : actor;
}

function moment(at: number): string {
  return new Date(at).toLocaleString(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false });
}

declare global {
  interface HTMLElementTagNameMap {
    'audit-view': AuditView;
  }
}
