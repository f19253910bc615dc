/** News of consultations, inside the supervisor. */
import type { EventMessage } from './view.ts';

/** Called with each news of a consultation. */
export type EventListener = (message: EventMessage) => void;

/** Passes news on to whoever looks at a consultation. */
export class EventHub {
  readonly #listeners = new Map<string, Set<EventListener>>();

  /** @returns ends the subscription */
  subscribe(consultationId: string, listener: EventListener): () => void {
    const listeners = this.#listeners.get(consultationId) ?? new Set();
    this.#listeners.set(consultationId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(consultationId);
    };
  }

  publish(consultationId: string, message: EventMessage): void {
    for (const listener of [...(this.#listeners.get(consultationId) ?? [])]) listener(message);
  }

  /** To everyone who listens to any consultation. */
  publishAll(message: EventMessage): void {
    for (const consultationId of [...this.#listeners.keys()]) this.publish(consultationId, message);
  }
}
