/** `/api/consultations/:id/events` for the patient's phone, which proves itself by its first message. */
import { Elysia } from 'elysia';
import type { EventHub } from '../consultations/events.ts';
import type { Pairing, PhoneContact } from '../consultations/pairing.ts';
import type { BoxMessage } from '../consultations/phone-protocol.ts';
import type { PhoneReports } from '../consultations/phone-reports.ts';
import { readReport } from '../consultations/read-report.ts';
import type { ConsultationService } from '../consultations/service.ts';
import type { RateLimiter } from './rate-limit.ts';

/** What the phones' sockets need. */
export interface PhoneEventsDependencies {
  pairing: Pairing;
  consultations: ConsultationService;
  reports: PhoneReports;
  hub: EventHub;
  contact: (request: Request, address: string) => PhoneContact;
  limiter: RateLimiter;
  /** Of this listener and its secure twin. */
  connections: PhoneConnections;
}

/** A socket that has not proved itself by then is closed, ms. */
const proofLimit = 10_000;
const messageLimit = 4096;

/** Phones' sockets by their ids. */
export type PhoneConnections = Map<string, Connection>;

interface Connection {
  consultationId: string;
  /** The `phoneGeneration` that it proved; null before. */
  generation: number | null;
  end: () => void;
}

const refused: BoxMessage = {
  type: 'error',
  error: {
    code: 'resume_refused',
    message: 'this phone has been replaced or is unknown: scan a new code',
  },
};

function parse(message: unknown): Record<string, unknown> {
  if (typeof message === 'object' && message !== null) return message as Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(String(message));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The socket: proof, then a snapshot at each change; what the phone reports goes to its consultation. */
export function phoneEvents(dependencies: PhoneEventsDependencies) {
  const { pairing, consultations, reports, hub, contact, limiter, connections } = dependencies;
  const isCurrent = ({ consultationId, generation }: Connection) =>
    generation !== null && pairing.isCurrentPhone(consultationId, generation);
  const countOf = (id: string) =>
    [...connections.values()].filter((each) => each.consultationId === id && isCurrent(each)).length;

  return new Elysia().ws('/api/consultations/:id/events', {
    maxPayloadLength: messageLimit,
    open(socket) {
      const timer = setTimeout(() => socket.close(4401, 'first message: {"resumeToken": …}'), proofLimit);
      connections.set(socket.id, {
        consultationId: socket.data.params.id,
        generation: null,
        end: () => clearTimeout(timer),
      });
    },
    message(socket, raw) {
      const connection = connections.get(socket.id);
      if (connection === undefined) return;
      const message = parse(raw);
      const { consultationId } = connection;
      const send = (each: BoxMessage) => void socket.send(JSON.stringify(each));
      const refuse = () => {
        send(refused);
        socket.close(4403, 'resume_refused');
      };
      if (connection.generation !== null) {
        const report = readReport(message);
        if (report?.type === 'ping') send({ type: 'pong' });
        else if (report !== null && consultations.isRunning(consultationId) && isCurrent(connection)) {
          reports.take(consultationId, report);
        }
        return;
      }
      const address = socket.remoteAddress.replace(/^::ffff:/, '');
      try {
        limiter.take(address);
      } catch {
        socket.close(4429, 'too_many_attempts');
        return;
      }
      const token = message.resumeToken;
      const generation = typeof token === 'string' ? pairing.provePhone(consultationId, token) : null;
      if (generation === null) {
        limiter.wrong(address);
        refuse();
        return;
      }
      const from = contact(socket.data.request, address);
      let sent = '';
      const snapshot = () => {
        const text = JSON.stringify({
          type: 'snapshot',
          ...pairing.phoneView(consultationId, from),
        } satisfies BoxMessage);
        // Much that is news to the doctor's page, such as this phone's own network, is none to the phone.
        if (text === sent) return;
        sent = text;
        socket.send(text);
      };
      const unsubscribe = hub.subscribe(consultationId, (news) => {
        // Another phone has taken over: its URLs and keys are none of this one's business.
        if (!isCurrent(connection)) refuse();
        else if (news.type === 'snapshot') snapshot();
        else if (news.type === 'reconnect') send(news);
      });
      connection.end();
      connection.generation = generation;
      connection.end = unsubscribe;
      consultations.observePhone(consultationId, 'foreground');
      consultations.observe(consultationId, { phoneSockets: countOf(consultationId), left: null });
      snapshot();
    },
    close(socket) {
      const connection = connections.get(socket.id);
      connections.delete(socket.id);
      connection?.end();
      if (connection === undefined || connection.generation === null) return;
      const { consultationId } = connection;
      if (consultations.isRunning(consultationId)) {
        consultations.observe(consultationId, { phoneSockets: countOf(consultationId) });
      }
    },
  });
}
