/** The doctor's open pages, and which of them has the consultation: the one that published last. */
import type { EventMessage } from '../consultations/view.ts';

interface Page {
  /** The session's `tokenHash`. */
  visitor: string;
  send: (message: EventMessage) => void;
  /** Ends its socket. */
  close: () => void;
}

const takenOver: EventMessage = {
  type: 'error',
  error: { code: 'taken_over', message: 'another doctor continues this consultation on another computer' },
};

const signedOut: EventMessage = {
  type: 'error',
  error: { code: 'access_required', message: 'signed out: sign in again' },
};

/** Sees that two doctors do not cut each other off without end. */
export class DoctorPages {
  readonly #pages = new Map<string, Set<Page>>();
  readonly #publisher = new Map<string, string>();

  /** @returns removes it */
  add(consultationId: string, page: Page): () => void {
    const pages = this.#pages.get(consultationId) ?? new Set();
    this.#pages.set(consultationId, pages);
    pages.add(page);
    return () => {
      pages.delete(page);
      if (pages.size > 0) return;
      this.#pages.delete(consultationId);
      this.#publisher.delete(consultationId);
    };
  }

  /** Its session was ended, perhaps from elsewhere: it hears no more. */
  drop(visitor: string): void {
    for (const pages of this.#pages.values()) {
      for (const page of [...pages]) {
        if (page.visitor !== visitor) continue;
        page.send(signedOut);
        page.close();
      }
    }
  }

  /** This visitor begins to publish: others who did are told, or both would cut each other off without end. */
  publishes(consultationId: string, visitor: string): void {
    const before = this.#publisher.get(consultationId);
    this.#publisher.set(consultationId, visitor);
    if (before === undefined || before === visitor) return;
    for (const page of this.#pages.get(consultationId) ?? []) {
      if (page.visitor === before) page.send(takenOver);
    }
  }
}
