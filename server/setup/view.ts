/** The shapes of the first start. The UI imports these types and nothing else of the server. */
import type { NewPerson } from '../people/view.ts';

/** What is known of the clinic. */
export interface ClinicAnswers {
  name: string;
  /** Of the box's own screen, and of a page until its reader chooses. */
  language: 'zh' | 'en';
  /** IANA, e.g. `"Asia/Shanghai"`. */
  timeZone: string;
}

/** The first person: a technician, and whatever else they are. */
export type FirstPerson = NewPerson;

/** What the owner sees once the code was right. */
export interface SetupFacts {
  /** The box's clock, ISO 8601, UTC. */
  now: string;
  network: { address: string | null; interface: string | null; mac: string | null; reason: string };
  clinic: ClinicAnswers;
}
