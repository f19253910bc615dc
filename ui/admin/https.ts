/** Entry of the technician's page about HTTPS. */
import { applyToDocument } from '../shared/i18n.ts';
import { allowLitStyles } from '../shared/style-nonce.ts';

allowLitStyles();
applyToDocument();
void import('./https-ways.ts');
