/** The drawing of the machine, made from the table so that it cannot lie. */
import type { EventType } from './events.ts';
import { type StateName, stateNames } from './model.ts';
import { table } from './table.ts';

/** Every way from one state to another, with the events that lead there. */
export function edges(): { from: StateName; to: StateName; events: EventType[] }[] {
  const found = new Map<string, { from: StateName; to: StateName; events: EventType[] }>();
  for (const from of stateNames) {
    for (const [type, transition] of Object.entries(table[from])) {
      for (const target of transition.to) {
        if (target === from) continue;
        const key = `${from} ${target}`;
        const edge = found.get(key) ?? { from, to: target, events: [] };
        edge.events.push(type as EventType);
        found.set(key, edge);
      }
    }
  }
  return [...found.values()];
}

/** Mermaid's `stateDiagram-v2`. What every state does (a code is read, home) is left to the text. */
export function drawing(): string {
  const everywhere: EventType[] = ['code_read', 'code_unreadable', 'unsupported', 'go_home'];
  const lines = edges()
    .map((edge) => ({ ...edge, events: edge.events.filter((type) => !everywhere.includes(type)) }))
    .filter(({ events }) => events.length > 0)
    .map(({ from, to, events }) => `  ${from} --> ${to}: ${events.join(', ')}`);
  return ['stateDiagram-v2', '  [*] --> home', '  home --> reaching: code_read', ...lines].join('\n');
}
