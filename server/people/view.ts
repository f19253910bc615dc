/** The shapes of people as the clinic's API gives them. The UI imports these types and nothing else of the server. */
import type { Role } from './roles.ts';

/** A person, without anything secret. */
export interface PersonView {
  id: string;
  login: string;
  name: string;
  roles: Role[];
  /** e.g. `"主任医师"`. */
  title: string | null;
  /** e.g. `"心内科"`. */
  department: string | null;
  /** Number of the practising licence. */
  licence: string | null;
  active: boolean;
  /** Somebody else chose the password. */
  mustChangePassword: boolean;
  /** An authenticator app is asked for at sign-in. */
  hasTotp: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/** What can be said of a person; what is left out stays. */
export interface PersonChange {
  name?: string;
  roles?: Role[];
  title?: string | null;
  department?: string | null;
  licence?: string | null;
  active?: boolean;
}

/** A new person. */
export interface NewPerson extends PersonChange {
  login: string;
  name: string;
  roles: Role[];
  password: string;
}

/** A browser or program that is signed in. */
export interface SessionView {
  /** Not the secret: only to name it. */
  id: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  lastSeenAt: string;
  address: string | null;
  /** A program's name; null for a browser. */
  program: string | null;
  /** The one that asks. */
  current: boolean;
}

/** Who is signed in at this browser. */
export interface SignedIn {
  person: PersonView;
  clinicName: string;
}
