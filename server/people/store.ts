/** Reads and writes people. */
import { asc, eq } from 'drizzle-orm';
import type { Store } from '../store/database.ts';
import { people } from '../store/schema.ts';

/** A person as kept. */
export type PersonRecord = typeof people.$inferSelect;

/** The one place that knows the table of people. */
export class PeopleStore {
  constructor(private readonly store: Store) {}

  /** By name. */
  list(): PersonRecord[] {
    return this.store.select().from(people).orderBy(asc(people.name)).all();
  }

  find(id: string): PersonRecord | undefined {
    return this.store.select().from(people).where(eq(people.id, id)).get();
  }

  /** @param login in any case */
  findByLogin(login: string): PersonRecord | undefined {
    return this.store
      .select()
      .from(people)
      .where(eq(people.login, loginKey(login)))
      .get();
  }

  insert(person: typeof people.$inferInsert): PersonRecord {
    return this.store.insert(people).values(person).returning().get();
  }

  update(id: string, change: Partial<Omit<PersonRecord, 'id'>>): PersonRecord {
    return this.store.update(people).set(change).where(eq(people.id, id)).returning().get();
  }

  /** Runs `work` so that either all of its writes are kept or none. */
  transaction<T>(work: () => T): T {
    return this.store.transaction(() => work());
  }
}

/** One login however it is typed. */
export function loginKey(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}
