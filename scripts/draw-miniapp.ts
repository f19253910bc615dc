/** Writes the drawing of the mini-program's states into docs/miniapp/state-machine.md. */
import { drawing } from '../miniapp/machine/drawing.ts';

const file = new URL('../docs/miniapp/state-machine.md', import.meta.url).pathname;
const text = await Bun.file(file).text();
const drawn = text.replace(/```mermaid\n[\s\S]*?\n```/, () => `\`\`\`mermaid\n${drawing()}\n\`\`\``);
await Bun.write(file, drawn);
