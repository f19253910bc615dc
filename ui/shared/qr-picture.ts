import { html } from 'lit';
import { create } from 'qrcode';

/** Light modules around the code that scanners need. */
const quietZone = 4;

/** Dark on white with its quiet zone, as one path. */
export function qrPicture(text: string, label: string) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const size = modules.size + 2 * quietZone;
  let path = '';
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column + quietZone} ${row + quietZone}h1v1h-1z`;
    }
  }
  return html`<svg viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${label} shape-rendering="crispEdges">
    <path d=${path} fill="#000"></path>
  </svg>`;
}
