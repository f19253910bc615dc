/** QEMU's control socket: one command at a time, each with its answer. */
import type { Socket } from 'bun';

interface Answer {
  return?: unknown;
  error?: { class: string; desc: string };
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A connection to QEMU’s control protocol. */
export class Qmp {
  #rest = '';
  readonly #waiting: Waiting[] = [];
  readonly #decoder = new TextDecoder();
  #socket: Socket | null = null;

  private constructor(private readonly path: string) {}

  /**
   * Connects and ends the negotiation.
   * @throws Error when there is no QEMU behind the socket
   */
  static async connect(path: string): Promise<Qmp> {
    const qmp = new Qmp(path);
    qmp.#socket = await Bun.connect({
      unix: path,
      socket: {
        data: (_socket, bytes) => qmp.#read(bytes),
        close: () => qmp.#fail(new Error('QEMU has ended')),
        error: (_socket, error) => qmp.#fail(error),
      },
    });
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  /** @throws Error with QEMU's own words when it refuses */
  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket === null) {
        reject(new Error(`QEMU's control socket ${this.path} is closed`));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  close(): void {
    this.#socket?.end();
    this.#socket = null;
  }

  #read(bytes: Uint8Array): void {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.trim() !== '') this.#take(JSON.parse(line) as Answer);
    }
  }

  /** Greetings and events are neither answers nor errors, and nobody asked for them. */
  #take(answer: Answer): void {
    if (answer.error !== undefined) this.#waiting.shift()?.reject(new Error(answer.error.desc));
    else if ('return' in answer) this.#waiting.shift()?.resolve(answer.return);
  }

  #fail(error: Error): void {
    this.#socket = null;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
