/**
 * One consultation, one window: a second window of the same browser that opens it takes it over,
 * otherwise both would publish and cut each other off without end.
 */
export class Takeover {
  readonly #channel: BroadcastChannel;
  readonly #self = `${Math.random()}-${performance.now()}`;

  constructor(
    private readonly consultationId: string,
    onTakenOver: () => void,
  ) {
    this.#channel = new BroadcastChannel('consultbox.takeover');
    this.#channel.onmessage = ({ data }: MessageEvent<{ consultationId: string; page: string }>) => {
      if (data.consultationId === this.consultationId && data.page !== this.#self) onTakenOver();
    };
  }

  /** This window has the consultation from now on. */
  claim(): void {
    this.#channel.postMessage({ consultationId: this.consultationId, page: this.#self });
  }

  close(): void {
    this.#channel.close();
  }
}
