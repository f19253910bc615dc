/** `/api/consultations/:id/events` for the patient's phone, which proves itself by its first message. */
import { Elysia } from 'elysia';
import type { EventHub } from '../consultations/events.ts';
import type { Pairing, PhoneContact, PhoneView } from '../consultations/pairing.ts';
import type { ConsultationService } from '../consultations/service.ts';
import type { ErrorBody } from '../consultations/view.ts';

/** What the phone is sent. */
export type PhoneMessage =
  | ({ type: 'snapshot' } & PhoneView)
  | { type: 'reconnect'; reason: string }
  | ({ type: 'error' } & ErrorBody);

export interface PhoneEventsDependencies {
  pairing: Pairing;
  consultations: ConsultationService;
  hub: EventHub;
  contact: (request: Request, address: string) => PhoneContact;
}

/** A socket that has not proved itself by then is closed, ms. */
const proofLimit = 10_000;
const messageLimit = 4096;

interface Connection {
  consultationId: string;
  proved: boolean;
  end: () => void;
}

function parse(message: unknown): Record<string, unknown> {
  if (typeof message === 'object' && message !== null) return message as Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(String(message));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function phoneEvents({ pairing, consultations, hub, contact }: PhoneEventsDependencies) {
  const connections = new Map<string, Connection>();
  const countOf = (id: string) =>
    [...connections.values()].filter((each) => each.consultationId === id && each.proved).length;

  return new Elysia().ws('/api/consultations/:id/events', {
    maxPayloadLength: messageLimit,
    open(socket) {
      const timer = setTimeout(() => socket.close(4401, 'first message: {"resumeToken": …}'), proofLimit);
      connections.set(socket.id, {
        consultationId: socket.data.params.id,
        proved: false,
        end: () => clearTimeout(timer),
      });
    },
    message(socket, raw) {
      const connection = connections.get(socket.id);
      if (connection === undefined) return;
      const message = parse(raw);
      const { consultationId } = connection;
      const send = (each: PhoneMessage) => void socket.send(JSON.stringify(each));
      if (connection.proved) {
        // The mini-program says when it is hidden and shown again.
        if (message.state === 'background' || message.state === 'foreground') {
          consultations.observe(consultationId, { background: message.state === 'background' });
        }
        return;
      }
      const token = message.resumeToken;
      if (typeof token !== 'string' || !pairing.isPhone(consultationId, token)) {
        send({
          type: 'error',
          error: {
            code: 'resume_refused',
            message: 'this phone has been replaced or is unknown: scan a new code',
          },
        });
        socket.close(4403, 'resume_refused');
        return;
      }
      const from = contact(socket.data.request, socket.remoteAddress.replace(/^::ffff:/, ''));
      const snapshot = () => send({ type: 'snapshot', ...pairing.phoneView(consultationId, from) });
      const unsubscribe = hub.subscribe(consultationId, (news) => {
        if (news.type === 'snapshot') snapshot();
        if (news.type === 'reconnect') send(news);
      });
      connection.end();
      connection.proved = true;
      connection.end = unsubscribe;
      consultations.observe(consultationId, { phoneSockets: countOf(consultationId), background: false });
      snapshot();
    },
    close(socket) {
      const connection = connections.get(socket.id);
      connections.delete(socket.id);
      connection?.end();
      if (!connection?.proved) return;
      const { consultationId } = connection;
      if (consultations.isRunning(consultationId)) {
        consultations.observe(consultationId, { phoneSockets: countOf(consultationId) });
      }
    },
  });
}
