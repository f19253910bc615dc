/** What the operator has done with WeChat: nobody but the operator knows, and it takes weeks. */
import { eq } from 'drizzle-orm';
import type { Actor, AuditLog } from '../audit/log.ts';
import type { Settings } from '../settings/schema.ts';
import type { Store } from '../store/database.ts';
import { miniappSteps as table } from '../store/schema.ts';
import { type MiniappStep, type MiniappView, miniappSteps } from './view.ts';

export interface MiniappProgressDependencies {
  store: Store;
  settings: Settings;
  audit: AuditLog;
  now?: () => number;
}

export class MiniappProgress {
  constructor(private readonly dependencies: MiniappProgressDependencies) {}

  view(): MiniappView {
    const { clinic, miniapp } = this.dependencies.settings;
    const done = new Map(
      this.dependencies.store
        .select()
        .from(table)
        .all()
        .map(({ step, doneAt }) => [step, doneAt]),
    );
    return {
      settings: {
        appId: miniapp.appId,
        linkPrefix: miniapp.linkPrefix,
        clinic: clinic.name,
        wifi: clinic.wifi,
        telephone: clinic.telephone,
      },
      steps: miniappSteps.map((step) => {
        const at = done.get(step);
        return { step, doneAt: at === undefined ? null : new Date(at).toISOString() };
      }),
    };
  }

  /** Ticks a step, or takes the tick back. Again is the same as once. */
  mark(actor: Actor, step: MiniappStep, done: boolean): MiniappView {
    const { store, audit, now = Date.now } = this.dependencies;
    if (done) {
      store.insert(table).values({ step, doneAt: now(), personId: actor.id }).onConflictDoNothing().run();
    } else store.delete(table).where(eq(table.step, step)).run();
    audit.add(actor, 'miniapp_step', null, { step, done });
    return this.view();
  }
}
