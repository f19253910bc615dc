/** What doctor and patient give each other in writing: consent, large-letter messages, answers, the advice. */
import { randomSecret } from '../access/digest.ts';
import { Refusal } from '../errors.ts';
import { consultationsAreRecorded } from './consent.ts';
import type { ConsentGiver } from './phone-protocol.ts';
import type { ConsultationService } from './service.ts';
import type { ConsultationStore } from './store.ts';
import type { ConsultationView } from './view.ts';

/** Everything written is kept at once and told to both sides. */
export class Conversation {
  constructor(
    private readonly consultations: ConsultationService,
    private readonly store: ConsultationStore,
  ) {}

  /**
   * The patient agreed. Again to the same version changes nothing.
   * @param version of the text that was shown
   * @throws Refusal `not_found`, `consultation_ended`
   */
  agree(id: string, version: string, by: ConsentGiver): void {
    const { phoneGeneration } = this.consultations.getRunning(id);
    const isNew = this.store.addConsent({
      ...{ consultationId: id, phoneGeneration, version, by },
      recorded: consultationsAreRecorded,
      at: this.consultations.now(),
    });
    if (!isNew) return;
    this.consultations.record(id, 'consent_given', { version, by, recorded: consultationsAreRecorded });
    this.consultations.changed(id);
  }

  /**
   * Shows the patient a message in large letters.
   * @param text 1–200 characters
   * @param answers buttons under it, at most 4
   * @throws Refusal `not_found`, `consultation_ended`, `invalid_request` for a text of spaces
   */
  send(id: string, text: string, answers: string[]): ConsultationView {
    this.consultations.getRunning(id);
    const words = text.trim();
    if (words === '') throw new Refusal('invalid_request', 'the message is empty: write something');
    const message = {
      id: randomSecret(9),
      consultationId: id,
      at: this.consultations.now(),
      text: words,
      answers: [...new Set(answers.map((each) => each.trim()).filter((each) => each !== ''))],
    };
    this.store.addMessage(message);
    this.consultations.record(id, 'message_sent', { messageId: message.id, text: words });
    this.consultations.changed(id);
    return this.consultations.view(id);
  }

  /** The patient pressed a button. The first counts; what is no answer to that message is not taken. */
  answer(id: string, messageId: string, answer: string): void {
    const message = this.store.messages(id).find((each) => each.id === messageId);
    if (message === undefined || message.answered !== null || !message.answers.includes(answer)) return;
    this.store.answerMessage(messageId, answer, this.consultations.now());
    this.consultations.record(id, 'message_answered', { messageId, answer });
    this.consultations.changed(id);
  }

  /**
   * What the patient is told to take home, shown at the end; also after it, for a phone that looks again.
   * @param text at most 1000 characters; empty takes it back
   * @throws Refusal `not_found`
   */
  advise(id: string, text: string): ConsultationView {
    const before = this.consultations.get(id).advice;
    const advice = text.trim() === '' ? null : text.trim();
    if (advice !== before) {
      this.store.update(id, { advice });
      // It is saved while it is typed: one line for each letter would bury the timeline.
      if (before === null || advice === null) {
        this.consultations.record(id, advice === null ? 'advice_removed' : 'advice_written');
      }
      this.consultations.changed(id);
    }
    return this.consultations.view(id);
  }
}
