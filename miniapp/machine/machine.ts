/** The pure core: a model and an event give the next model and what is to be done. Nothing of WeChat is in here. */
import type { EventOf, EventType, MachineEvent } from './events.ts';
import type { Model } from './model.ts';
import { type Step, step } from './steps.ts';
import { table } from './table.ts';
import type { Transition } from './transitions.ts';

function transitionOf<T extends EventType>(model: Model, type: T): Transition<T> | undefined {
  // TypeScript does not follow a mapped type through an index of a generic kind.
  return table[model.state][type] as Transition<T> | undefined;
}

/** An event that its state does not expect changes nothing. */
export function advance(model: Model, event: MachineEvent): Step {
  const transition = transitionOf(model, event.type);
  return transition === undefined ? step(model) : transition.run(model, event as EventOf<typeof event.type>);
}
