/**
 * A session that stands still in one state, for looking at it: the pages' own code asks it as it asks the real one, and
 * finds a model that was posed.
 */
import type { Language } from '../../../../miniapp/i18n/catalogue.ts';
import type { MachineEvent } from '../../../../miniapp/machine/events.ts';
import type { Model } from '../../../../miniapp/machine/model.ts';
import type { Device, Platform } from '../../../../miniapp/platform/platform.ts';
import type { RememberedClinic } from '../../../../miniapp/session/memory.ts';
import type { Measured, Screen } from '../../../../miniapp/session/session.ts';
import { FakePhone } from '../../../../miniapp/testing/fake-platform.ts';

export interface Posed {
  model: Model;
  clinic?: RememberedClinic | null;
  resumable?: boolean;
  measured?: Measured;
}

const unmeasured: Measured = { redeem: null, pushStart: null, playStart: null, push: null, play: null };

export class PosedSession {
  readonly platform: Platform;
  readonly model: Model;
  readonly lastClinic: RememberedClinic | null;
  readonly resumable: boolean;
  readonly measured: Measured;
  readonly pressed: MachineEvent[] = [];

  constructor(
    { model, clinic = null, resumable = false, measured = unmeasured }: Posed,
    readonly language: Language,
    device: Pick<Device, 'fontScale' | 'width'>,
  ) {
    const { platform } = new FakePhone();
    this.platform = { ...platform, device: () => ({ ...platform.device(), ...device }) };
    this.model = model;
    this.lastClinic = clinic;
    this.resumable = resumable;
    this.measured = measured;
  }

  get base(): string {
    return 'http://192.168.1.10:8080';
  }

  watch(screen: Screen): () => void {
    void screen(this.model);
    return () => undefined;
  }

  open(): void {
    // It stands still, whatever opened it.
  }

  /** Nothing that is pressed leads away; it is written down. */
  dispatch(event: MachineEvent): void {
    this.pressed.push(event);
  }

  measure(): Promise<number | null> {
    return Promise.resolve(12);
  }
}
