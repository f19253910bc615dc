/** A real ACME authority on this machine: Pebble, with a DNS server that answers what its hook was told. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { TestAuthority } from './test-authority.ts';
import { waitFor } from './wait.ts';

/** scripts/test makes it, where there is a Go toolchain. */
const program = join(
  process.env.XDG_CACHE_HOME || join(process.env.HOME ?? tmpdir(), '.cache'),
  'consultbox/pebble/pebble',
);

/** Why there is none; null where there is. */
export const withoutPebble = existsSync(program)
  ? null
  : `${program} is not there: scripts/test makes it where there is Go 1.24`;

/** An authority that runs. */
export class Pebble {
  private constructor(
    readonly directoryUrl: string,
    /** File with the root that signed Pebble's own HTTPS certificate: for `NODE_EXTRA_CA_CERTS`. */
    readonly httpsRoot: string,
    /** A hook for the setting `https.dnsHook`. */
    readonly hook: string,
    /** Where the hook notes the records. */
    private readonly records: string,
    private readonly managementUrl: string,
    private readonly child: Bun.Subprocess,
    private readonly dns: Server,
  ) {}

  /** @param dir a folder of the test's; @param life of certificates, seconds */
  static async start(dir: string, life = 7_776_000): Promise<Pebble> {
    const [port = 0, management = 0, dnsPort = 0] = await freePorts(3);
    const records = join(dir, 'records');
    mkdirSync(records, { recursive: true });
    const authority = await TestAuthority.create('Pebble');
    const { cert, key } = await authority.chain({ names: ['127.0.0.1', 'localhost'] });
    const file = async (name: string, text: string) => {
      await Bun.write(join(dir, name), text);
      return join(dir, name);
    };
    const configuration = {
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${management}`,
        certificate: await file('pebble.crt', cert),
        privateKey: await file('pebble.key', key),
        httpPort: 5002,
        tlsPort: 5001,
        ocspResponderURL: '',
        externalAccountBindingRequired: false,
        profiles: { default: { description: 'for tests', validityPeriod: life } },
      },
    };
    const hook = await file(
      'hook',
      `#!/bin/sh\ncase "$1" in add) printf %s "$3" > "${records}/$2" ;; remove) rm -f "${records}/$2" ;; esac\n`,
    );
    await Bun.spawn(['chmod', '+x', hook]).exited;
    const dns = await answerTxt(dnsPort, (name) => {
      const record = join(records, name.toLowerCase());
      return existsSync(record) ? readFileSync(record, 'utf8') : null;
    });
    const log = Bun.file(join(dir, 'pebble.log'));
    const child = Bun.spawn(
      [
        program,
        '-config',
        await file('pebble.json', JSON.stringify(configuration)),
        '-dnsserver',
        `127.0.0.1:${dnsPort}`,
      ],
      { env: { PEBBLE_VA_NOSLEEP: '1' }, stdin: 'ignore', stdout: log, stderr: log },
    );
    const httpsRoot = await file('pebble-root.crt', authority.rootPem);
    const url = `https://127.0.0.1:${port}/dir`;
    const pebble = new Pebble(url, httpsRoot, hook, records, `https://127.0.0.1:${management}`, child, dns);
    await waitFor(
      'Pebble answers',
      async () => (await fetch(url, { tls: { rejectUnauthorized: false } })).ok,
    );
    return pebble;
  }

  /** PEM of the root that its certificates come from. */
  async root(): Promise<string> {
    return (await fetch(`${this.managementUrl}/roots/0`, { tls: { rejectUnauthorized: false } })).text();
  }

  /** Records that the hook has not removed. */
  async leftRecords(): Promise<string[]> {
    return Array.fromAsync(new Bun.Glob('*').scan(this.records));
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.child.exited;
    this.dns.close();
  }
}

/** A DNS server for TXT records alone (RFC 1035): every other question has an empty answer. */
async function answerTxt(port: number, find: (name: string) => string | null): Promise<Server> {
  const answerTo = (question: Buffer): Buffer => {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
      labels.push(question.subarray(at + 1, at + 1 + length).toString());
      at += 1 + length;
    }
    const asked = question.subarray(12, at + 5);
    const value = question.readUInt16BE(at + 1) === 16 ? find(labels.join('.')) : null;
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    // An authoritative answer without an error.
    head.writeUInt16BE(0x8580, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(value === null ? 0 : 1, 6);
    const text = Buffer.from(value ?? '');
    const answer = Buffer.alloc(13);
    // The name that was asked for, TXT, IN, for 0 s.
    answer.writeUInt16BE(0xc00c, 0);
    answer.writeUInt16BE(16, 2);
    answer.writeUInt16BE(1, 4);
    answer.writeUInt16BE(text.length + 1, 10);
    answer.writeUInt8(text.length, 12);
    return Buffer.concat([head, asked, ...(value === null ? [] : [answer, text])]);
  };
  // By TCP, as Pebble asks: each message behind its length (RFC 1035, 4.2.2).
  const server = createServer((socket) => {
    let buffered = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      buffered = Buffer.concat([buffered, data]);
      for (;;) {
        const end = 2 + (buffered.length < 2 ? 0 : buffered.readUInt16BE(0));
        if (buffered.length < 2 || buffered.length < end) return;
        const answer = answerTo(buffered.subarray(2, end));
        buffered = buffered.subarray(end);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1' }, resolve));
  return server;
}
