/** Entry of the doctor's page. */
import './consultbox-app.ts';
import { applyToDocument } from '../shared/i18n.ts';
import { allowLitStyles } from '../shared/style-nonce.ts';

allowLitStyles();
applyToDocument();
// An old browser that understands this file nevertheless sees old-browser.js's sentence instead of the page.
if (document.documentElement.getAttribute('data-old-browser') === null) {
  document.body.append(document.createElement('consultbox-app'));
}
