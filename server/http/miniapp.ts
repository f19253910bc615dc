/** Where the operator stands with WeChat, for technicians. */
import { Elysia, t } from 'elysia';
import type { MiniappProgress } from '../miniapp/progress.ts';
import { type MiniappView, miniappSteps } from '../miniapp/view.ts';
import { actorOf, type GuardDependencies, guard } from './guard.ts';
import { guarded, type SchemaOf } from './models.ts';

const step = t.UnionEnum([...miniappSteps]);
const text = t.String({ description: 'Empty: not set' });

const view: SchemaOf<MiniappView> = t.Object({
  settings: t.Object({ appId: text, linkPrefix: text, clinic: text, wifi: text, telephone: text }),
  steps: t.Array(t.Object({ step, doneAt: t.Nullable(t.String({ format: 'date-time' })) }), {
    description: 'In the order of docs/miniapp.md',
  }),
});

/** `/api/miniapp`. */
export function miniappController(progress: MiniappProgress, guarding: GuardDependencies) {
  return new Elysia({ prefix: '/api/miniapp', tags: ['miniapp'] })
    .use(guard(guarding))
    .get('', () => progress.view(), {
      response: { 200: view, ...guarded() },
      detail: { summary: 'How far the patient’s mini-program is' },
    })
    .put(
      '/steps/:step',
      ({ params, body, caller }) => progress.mark(actorOf(caller), params.step, body.done),
      {
        params: t.Object({ step }),
        body: t.Object({ done: t.Boolean() }),
        response: { 200: view, ...guarded('invalid_request', 'too_large') },
        detail: { summary: 'A step is done, or is not' },
      },
    );
}
