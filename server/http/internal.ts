/**
 * The listener that only this machine reaches: the media server asks here before every publish and read, and the
 * box's own screen what it shows.
 */
import { Elysia, t } from 'elysia';
import type { MediaAuthorisation } from '../consultations/authorisation.ts';
import type { Logger } from '../log/logger.ts';
import type { ConsoleView } from '../status/console.ts';
import { limitedBodies } from './bodies.ts';
import { errorShape } from './errors.ts';
import { isLoopbackName, ownHostsOnly } from './own-hosts.ts';
import { securityHeaders } from './security-headers.ts';

/** What is known of a connection that was allowed. */
export interface AllowedQuestion {
  action: 'publish' | 'read';
  protocol: string;
  /** The media server's id of the connection. */
  id: string;
}

/** What the internal listener needs. */
export interface InternalDependencies {
  authorisation: MediaAuthorisation;
  logger: Logger;
  console: () => ConsoleView;
  /** Somebody was allowed to publish or read. @param phoneGeneration of the phone, where it is one */
  onAllowed: (question: AllowedQuestion, phoneGeneration: number | null) => void;
}

/** Where the media server asks; stands in its configuration. */
export const authorisePath = '/media/authorise';

const question = t.Object({
  ip: t.String(),
  user: t.String(),
  password: t.String(),
  token: t.String(),
  action: t.String(),
  path: t.String(),
  protocol: t.String(),
  // null where MediaMTX has no connection yet
  id: t.Union([t.String(), t.Null()]),
  query: t.String(),
  userAgent: t.Optional(t.String()),
});

/** The app of 127.0.0.1. */
export function internalApp(dependencies: InternalDependencies) {
  const { authorisation, logger, onAllowed } = dependencies;
  return new Elysia()
    .use(errorShape(logger))
    .use(securityHeaders())
    .use(ownHostsOnly(isLoopbackName))
    .use(limitedBodies())
    .post(
      authorisePath,
      ({ body, status }) => {
        const answer = authorisation.decide(body);
        const { action, path, protocol, ip } = body;
        if (answer.allowed) {
          if (action === 'publish' || action === 'read') {
            onAllowed({ action, protocol, id: body.id ?? '' }, answer.phoneGeneration);
          }
          return status(204);
        }
        logger.warn({ action, path, protocol, ip, reason: answer.reason }, 'stream refused');
        return status(401);
      },
      { body: question },
    )
    .get('/console', () =>
      Response.json(dependencies.console(), { headers: { 'Cache-Control': 'no-store' } }),
    );
}
