/** `/api/consultations/:id/events` for the doctor's page. */
import { Elysia } from 'elysia';
import type { EventHub } from '../consultations/events.ts';
import type { ConsultationService } from '../consultations/service.ts';
import type { EventMessage } from '../consultations/view.ts';
import type { DoctorPages } from './doctor-pages.ts';
import { type GuardDependencies, guard, signedIn } from './guard.ts';

/** What the doctor’s events sockets need. */
export interface ClinicEventsDependencies {
  consultations: ConsultationService;
  hub: EventHub;
  pages: DoctorPages;
}

/** The socket: a snapshot first, then every news of the consultation. */
export function clinicEvents(
  { consultations, hub, pages }: ClinicEventsDependencies,
  guarding: GuardDependencies,
) {
  /** What ends with each socket, by its id. */
  const endings = new Map<string, () => void>();
  return new Elysia().use(guard(guarding)).ws('/api/consultations/:id/events', {
    // Before the upgrade: a page that asks for what is not there gets a plain 404.
    beforeHandle: ({ params }) => {
      consultations.get(params.id);
    },
    open(socket) {
      const { params, caller } = socket.data;
      const visitor = signedIn(caller).session.tokenHash;
      const send = (message: EventMessage) => void socket.send(JSON.stringify(message));
      const unsubscribe = hub.subscribe(params.id, send);
      const remove = pages.add(params.id, {
        visitor,
        send,
        close: () => socket.close(4401, 'access_required'),
      });
      endings.set(socket.id, () => {
        unsubscribe();
        remove();
      });
      send({ type: 'snapshot', consultation: consultations.view(params.id) });
      if (consultations.wasInterrupted(params.id)) send({ type: 'reconnect', reason: 'media_restarted' });
    },
    close(socket) {
      endings.get(socket.id)?.();
      endings.delete(socket.id);
    },
  });
}
