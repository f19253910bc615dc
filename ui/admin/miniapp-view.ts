import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { MiniappStep, MiniappView } from '../../server/miniapp/view.ts';
import { api, errorCode } from '../shared/api.ts';
import '../shared/error-banner.ts';
import { forms } from '../shared/forms.ts';
import { currentLanguage, Localized, t } from '../shared/i18n.ts';
import { buttons, fields, shared } from '../shared/theme.ts';

/** Where the operator stands with WeChat, and what this box puts into its codes. Fires `access-required`. */
@customElement('miniapp-view')
export class MiniappPage extends LitElement {
  static override styles = [
    shared,
    buttons,
    fields,
    forms,
    css`
      .next {
        margin-top: 0.6rem;
        font-size: 1.2rem;
        font-weight: 600;
      }
      .next.done {
        color: var(--good);
      }
      progress {
        width: 100%;
        height: 14px;
        margin: 0.4rem 0 0;
      }
      ol {
        display: grid;
        gap: 0.5rem;
        margin: 1rem 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 0.5rem 1rem;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--surface);
      }
      li.done {
        background: var(--good-ground);
      }
      .check span {
        display: grid;
      }
      .check small {
        font-size: 0.9rem;
        font-weight: 400;
        color: var(--ink-soft);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.4rem 1.25rem;
        margin: 0.5rem 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      @media (max-width: 600px) {
        dl {
          grid-template-columns: 1fr;
          gap: 0;
        }
        dd {
          margin-bottom: 0.5rem;
        }
      }
    `,
  ];

  @state() private view: MiniappView | null = null;
  @state() private problem = '';

  constructor() {
    super();
    new Localized(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#show(api.miniapp());
  }

  override render() {
    return html`<h1>${t('miniapp.title')}</h1>
      <p class="muted">${t('miniapp.hint')}</p>
      <error-banner .code=${this.problem} actionless></error-banner>
      ${this.view === null ? nothing : this.#content(this.view)}`;
  }

  #content({ steps, settings }: MiniappView) {
    const done = steps.filter(({ doneAt }) => doneAt !== null).length;
    const next = steps.find(({ doneAt }) => doneAt === null);
    return html`<p class="next ${next === undefined ? 'done' : ''}" role="status" data-testid="miniapp-next">
        ${next === undefined ? t('miniapp.ready') : t('miniapp.next', { step: t(`miniapp.step.${next.step}`) })}
      </p>
      <progress max=${steps.length} value=${done} aria-label=${t('miniapp.title')}></progress>
      <p class="muted">${t('miniapp.progress', { done, of: steps.length })}</p>
      <ol>
        ${steps.map((each) => this.#step(each))}
      </ol>
      <h2>${t('miniapp.settings')}</h2>
      <dl>
        ${(['appId', 'linkPrefix', 'clinic', 'wifi', 'telephone'] as const).map(
          (name) =>
            html`<dt>${t(`miniapp.${name}`)}</dt>
              <dd>${settings[name] === '' ? t('miniapp.unset') : settings[name]}</dd>`,
        )}
      </dl>`;
  }

  #step({ step, doneAt }: MiniappView['steps'][number]) {
    const date = (at: string) =>
      new Date(at).toLocaleDateString(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB');
    return html`<li class=${doneAt === null ? '' : 'done'}>
      <label class="check"
        ><input
          type="checkbox"
          data-testid=${`step-${step}`}
          .checked=${doneAt !== null}
          @change=${(event: Event) => this.#mark(step, (event.target as HTMLInputElement).checked)}
        /><span
          >${t(`miniapp.step.${step}`)}<small
            >${doneAt === null ? t(`miniapp.step.${step}.who`) : t('miniapp.doneAt', { date: date(doneAt) })}</small
          ></span
        ></label
      >
    </li>`;
  }

  #mark(step: MiniappStep, done: boolean): Promise<void> {
    return this.#show(api.miniappStep(step, done));
  }

  async #show(answer: Promise<MiniappView>): Promise<void> {
    try {
      this.view = await answer;
      this.problem = '';
    } catch (error) {
      this.problem = errorCode(error);
      // The box that was ticked goes back to what the server knows.
      this.requestUpdate();
      if (this.problem === 'access_required') this.dispatchEvent(new CustomEvent('access-required'));
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'miniapp-view': MiniappPage;
  }
}
