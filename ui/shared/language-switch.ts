import { html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { currentLanguage, Localized, setLanguage, t } from './i18n.ts';
import { buttons, shared } from './theme.ts';

/** Changes between Chinese and English; names the other language in itself. */
@customElement('language-switch')
export class LanguageSwitch extends LitElement {
  static override styles = [shared, buttons];

  constructor() {
    super();
    new Localized(this);
  }

  override render() {
    const other = currentLanguage() === 'zh' ? 'en' : 'zh';
    return html`<button
      class="quiet"
      data-testid="language-switch"
      lang=${other}
      @click=${() => setLanguage(other)}
    >
      ${t('language.other')}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'language-switch': LanguageSwitch;
  }
}
