/** Entry of the technician's page. */
import './admin-app.ts';
import { applyToDocument } from '../shared/i18n.ts';
import { allowLitStyles } from '../shared/style-nonce.ts';

allowLitStyles();
applyToDocument();
document.body.append(document.createElement('admin-app'));
