/** What doctors say most often to a patient who cannot hear them yet, each with the buttons that answer it. */
import type { MessageKey } from '../shared/messages.zh.ts';

/** Both are shown in the page's language, and sent so. */
export interface ReadyPhrase {
  text: MessageKey;
  answers: MessageKey[];
}

const ok: MessageKey[] = ['answer.ok'];

/** In the order of a consultation: first that both see and hear each other. */
export const readyPhrases: readonly ReadyPhrase[] = [
  { text: 'phrase.hear', answers: ['answer.hear', 'answer.notHear'] },
  { text: 'phrase.see', answers: ['answer.see', 'answer.notSee'] },
  { text: 'phrase.louder', answers: ok },
  { text: 'phrase.closer', answers: ok },
  { text: 'phrase.light', answers: ok },
  { text: 'phrase.show', answers: ok },
  { text: 'phrase.pain', answers: ['answer.pain', 'answer.noPain', 'answer.better'] },
  { text: 'phrase.allergy', answers: ['answer.have', 'answer.haveNot', 'answer.unsure'] },
  { text: 'phrase.wait', answers: ok },
];

/** Buttons for a message of the doctor's own. */
export const answerChoices = {
  ok,
  yesNo: ['answer.yes', 'answer.no'],
  none: [],
} as const satisfies Record<string, readonly MessageKey[]>;

/** Which buttons a message of the doctor's own has. */
export type AnswerChoice = keyof typeof answerChoices;
