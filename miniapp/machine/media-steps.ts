/** What the two components' codes and silences do to the pictures. */
import type { Action, TimerName } from './actions.ts';
import type { EventOf } from './events.ts';
import { type MediaRule, passingNotices } from './media-codes.ts';
import type { Model } from './model.ts';
import { pause, reconnect, type Step, step, to, watchLimit } from './steps.ts';

type Side = 'push' | 'play';

const failuresOf = { push: 'pushFailures', play: 'playFailures' } as const;
const watchOf = { push: 'push_watch', play: 'play_watch' } as const;
const startOf = { push: 'push_start', play: 'play_start' } as const;

/** Runs: forgets what was counted, and says so once. */
export function mediaGood(model: Model, side: Side): Step {
  const actions: Action[] = [
    { type: 'cancel', timer: watchOf[side] },
    { type: 'cancel', timer: side },
  ];
  if (side === 'push' && model.push !== 'on') actions.push({ type: 'toast', says: 'toast.pushing' });
  // iOS may have begun in silence.
  if (side === 'play' && model.play !== 'on') actions.push({ type: 'play_sound', byHand: false });
  return step({ ...model, [side]: 'on', [failuresOf[side]]: 0, notice: null }, ...actions);
}

/** Stops trying for a while that grows, then starts again. */
export function mediaRestart(model: Model, side: Side, says: MediaRule['says']): Step {
  const failures = model[failuresOf[side]];
  return step(
    { ...model, [side]: 'restarting', [failuresOf[side]]: failures + 1, notice: says },
    { type: 'cancel', timer: watchOf[side] },
    { type: 'wait', timer: side, ms: pause(failures) },
  );
}

/** After its pause, where there is an address and a network. */
export function startAgain(model: Model, side: Side): Step {
  const url = side === 'push' ? model.view?.pushUrl : model.view?.playUrl;
  if (url === null || url === undefined || model.offline) return step({ ...model, [side]: 'off' });
  return step(
    { ...model, [side]: 'starting' },
    { type: startOf[side] },
    { type: 'wait', timer: watchOf[side], ms: watchLimit },
  );
}

/** What passes by itself is said for so long, ms; it comes again for as long as it lasts. */
const noticeLife = 8000;

/** It was said long enough; what does not pass by itself stays. */
export const noticePassed = (model: Model): Step =>
  step(passingNotices.has(model.notice) ? { ...model, notice: null } : model);

/** What a code does to the pictures, without the state. */
function mediaStep(model: Model, side: Side, { does, says }: MediaRule): Step {
  switch (does) {
    case 'good':
      return mediaGood(model, side);
    case 'retrying':
      return step({ ...model, [side]: 'retrying', notice: says });
    case 'restart':
      return mediaRestart(model, side, says);
    case 'plain':
      return mediaRestart({ ...model, plain: true }, side, says);
    case 'notice':
      return step({ ...model, notice: says }, { type: 'wait', timer: 'notice', ms: noticeLife });
    case 'check':
      return step({ ...model, notice: says }, { type: 'check_permissions' });
    default:
      return step(model);
  }
}

/** The code as its component gave it, for the box. */
export const reported = (event: EventOf<'media'>): Action => ({
  type: 'tell',
  report: { type: event.side, code: event.code, message: event.message.slice(0, 200) },
});

/** Three restarts in vain: the address may be worth nothing, so the box is asked. */
const inVain = 3;

/** A code of a component that runs. @param asks the box, where starting again was in vain or cannot help */
export function afterMedia(model: Model, side: Side, rule: MediaRule, asks: boolean): Step {
  if (rule.does === 'away') return leaveForAWhile(model, whyAway(rule));
  const next = mediaStep(model, side, rule);
  // The box is being asked already: what it answers starts this side anew.
  if (rule.does === 'refresh' && !asks) return step({ ...next.model, [side]: 'off' }, ...next.actions);
  const lost = rule.does === 'refresh' || (rule.does === 'restart' && next.model[failuresOf[side]] >= inVain);
  if (!lost || !asks) return next;
  // The other direction may be well: it is left alone.
  const again = { ...next.model, [side]: 'off', [failuresOf[side]]: 0, notice: rule.says };
  const back = reconnect(again);
  return step(back.model, ...next.actions, { type: 'cancel', timer: side }, ...back.actions);
}

/** A call comes by another code than another app in front. */
export const whyAway = (rule: MediaRule): 'background' | 'call' =>
  rule.says === 'media.suspended' ? 'background' : 'call';

/** A stream that was started should run by now. @param asks the box, after a few times in vain */
export function watchOver(model: Model, name: 'push_watch' | 'play_watch', asks: boolean): Step {
  const side = name === 'push_watch' ? 'push' : 'play';
  if (model[side] !== 'starting') return step(model);
  const says = side === 'push' ? 'media.pushRestart' : 'media.playRetry';
  return afterMedia(model, side, { means: 'it should run by now', does: 'restart', says }, asks);
}

/** Stops both, so that camera and microphone are free, and says where the patient is. */
export function leaveForAWhile(model: Model, why: 'background' | 'call'): Step {
  return to(
    { ...model, away: why, push: 'off', play: 'off', notice: null },
    'away',
    device('background'),
    ...(['push', 'play', 'push_watch', 'play_watch', 'resume'] as const).map(
      (timer: TimerName): Action => ({ type: 'cancel', timer }),
    ),
    { type: 'push_stop' },
    { type: 'play_stop' },
  );
}

/** How the phone is used, for the box. */
export const device = (state: 'foreground' | 'background'): Action => ({
  type: 'tell',
  report: { type: 'device', state },
});
