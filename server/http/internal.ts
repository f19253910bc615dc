/** The listener that only this machine reaches: the media server asks here before every publish and read. */
import { Elysia, t } from 'elysia';
import type { MediaAuthorisation } from '../consultations/authorisation.ts';
import type { Logger } from '../log/logger.ts';
import { limitedBodies } from './bodies.ts';
import { errorShape } from './errors.ts';

export interface InternalDependencies {
  authorisation: MediaAuthorisation;
  logger: Logger;
  /** Somebody was allowed to. */
  onAllowed: (question: { action: string; path: string; protocol: string; id: string }) => void;
}

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

export function internalApp({ authorisation, logger, onAllowed }: InternalDependencies) {
  return new Elysia()
    .use(errorShape(logger))
    .use(limitedBodies())
    .post(
      authorisePath,
      ({ body, status }) => {
        const answer = authorisation.decide(body);
        const { action, path, protocol, ip } = body;
        if (answer.allowed) {
          if (action === 'publish' || action === 'read') {
            onAllowed({ action, path, protocol, id: body.id ?? '' });
          }
          return status(204);
        }
        logger.warn({ action, path, protocol, ip, reason: answer.reason }, 'stream refused');
        return status(401);
      },
      { body: question },
    );
}
