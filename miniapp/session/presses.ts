/** Buttons whose name is all there is to say: pages hand them on unread. */
import type { EventOf, MachineEvent } from '../machine/events.ts';

const plainPresses = [
  'scan',
  'retry',
  'go_home',
  'confirm',
  'deny',
  'agree',
  'disagree',
  'allow',
  'open_settings',
  'rejoin',
  'toggle_microphone',
  'toggle_camera',
  'switch_camera',
  'toggle_speaker',
  'play_sound',
  'echo',
  'talk_off',
  'call_clinic',
] as const;

/** The event of a button; null for a name that is none. @param name as in the button's `data-press` */
export function pressOf(name: unknown): MachineEvent | null {
  const known = plainPresses.find((each) => each === name);
  return known === undefined ? null : ({ type: known } as EventOf<typeof known>);
}
