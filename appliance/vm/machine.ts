/** A virtual machine that runs the image: what a person boots, and what the tests drive. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disk, openDisk } from './disk.ts';
import { kvmWorks } from './kvm.ts';
import { ensureQemu } from './qemu-packages.ts';
import { Qmp } from './qmp.ts';

/** The ports of the appliance that are reachable from outside it. */
export const guestPorts = {
  https: { port: 443, protocols: ['tcp'] },
  http: { port: 80, protocols: ['tcp'] },
  phone: { port: 8080, protocols: ['tcp'] },
  rtmp: { port: 1935, protocols: ['tcp'] },
  ice: { port: 8189, protocols: ['tcp', 'udp'] },
} as const;

/** A port of this machine's loopback for each of the guest's. */
export type HostPorts = Record<keyof typeof guestPorts, number>;

/** What the machine is made of, and how it is reached. */
export interface MachineOptions {
  /** The raw image. */
  image: string;
  ports: HostPorts;
  /** Further TCP ports to forward, host → guest; tests see by them what does not answer. */
  morePorts?: [host: number, guest: number][];
  /** MiB. */
  memory?: number;
  processors?: number;
  /** QEMU's name of the emulated processor; it needs SSE 4.2. Without meaning under KVM. */
  processor?: string;
  /** The whole disk; the data partition takes what the system leaves. */
  disk?: string;
  /** The layer over the image where everything written goes; kept between boots. Beside the image by itself. */
  data?: string;
  /** Begins with a blank data partition. */
  fresh?: boolean;
  /** Added to the kernel's command line, without commas. */
  kernelArguments?: string[];
  /** Ends QEMU instead of restarting the guest. */
  noReboot?: boolean;
}

/** MiB. `used` is what `free -m` calls so: neither free nor cache. */
export interface GuestMemory {
  total: number;
  available: number;
  used: number;
}

const balloon = '/machine/peripheral/balloon';
/** A guest that reports does so every second; a busy one somewhat later, ms. */
const memoryLimit = 30_000;

/** QEMU's `guest-stats`: seconds, and bytes. */
interface BalloonReport {
  'last-update': number;
  stats: Record<
    'stat-total-memory' | 'stat-free-memory' | 'stat-available-memory' | 'stat-disk-caches',
    number
  >;
}

function memoryOf({ stats }: BalloonReport): GuestMemory {
  const mebibytes = (bytes: number) => Math.round(bytes / (1024 * 1024));
  const total = mebibytes(stats['stat-total-memory']);
  const notUsed = mebibytes(stats['stat-free-memory'] + stats['stat-disk-caches']);
  return { total, available: mebibytes(stats['stat-available-memory']), used: total - notUsed };
}

/** Linux's, on every architecture that runs this. */
const ticksPerSecond = 100;

/** systemd-stub appends this to its command line: the serial log needs no other image. */
const serialArguments = ['console=ttyS0', 'systemd.show_status=1'];

/** One run of QEMU. */
export class Machine {
  readonly #child: Bun.Subprocess<'ignore', 'ignore', 'pipe'>;
  readonly #dir: string;
  #qmp: Qmp | null = null;

  private constructor(
    readonly options: MachineOptions,
    readonly disk: Disk,
    readonly accelerated: boolean,
    dir: string,
    command: string[],
  ) {
    this.#dir = dir;
    this.#child = Bun.spawn(command, { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
  }

  /**
   * Starts QEMU; the guest then boots on its own time.
   * @throws Error that says what is missing or which port is taken
   */
  static async start(options: MachineOptions): Promise<Machine> {
    const firmware = await ensureQemu();
    const file = options.data ?? `${options.image}.disk.qcow2`;
    const disk = await openDisk({
      image: options.image,
      file,
      size: options.disk ?? '8G',
      fresh: options.fresh ?? false,
      variables: firmware.variables,
    });
    const dir = mkdtempSync(join(tmpdir(), 'consultbox-vm-'));
    const accelerated = kvmWorks();
    const command = qemuCommand(options, { code: firmware.code, disk, dir, accelerated });
    const machine = new Machine(options, disk, accelerated, dir, command);
    try {
      await machine.#connect();
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  /** Everything that the guest wrote to its serial line. */
  get serialLog(): string {
    return `${this.disk.file}.serial.log`;
  }

  get qmpSocket(): string {
    return join(this.#dir, 'qmp.sock');
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Seconds of processor time that QEMU has used: what a boot costs, however busy this computer is. */
  processorSeconds(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resolves when QEMU has ended, for whatever reason. */
  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** What the guest wrote so far. */
  serialText(): string {
    return existsSync(this.serialLog) ? readFileSync(this.serialLog, 'utf8') : '';
  }

  /** A command of QEMU's control protocol. */
  qmp(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (this.#qmp === null) return Promise.reject(new Error('the virtual machine does not run'));
    return this.#qmp.execute(command, args);
  }

  /** Writes what the screen shows as a PNG. */
  async screenshot(file: string): Promise<void> {
    await this.qmp('screendump', { filename: file, format: 'png' });
  }

  /**
   * The guest's memory now, as its kernel reports it through the balloon.
   * @returns null when it does not report, as before its driver is loaded
   */
  async memory(): Promise<GuestMemory | null> {
    const asked = Math.floor(Date.now() / 1000);
    await this.qmp('qom-set', { path: balloon, property: 'guest-stats-polling-interval', value: 1 });
    const until = performance.now() + memoryLimit;
    while (performance.now() < until) {
      await Bun.sleep(500);
      const answer = await this.qmp('qom-get', { path: balloon, property: 'guest-stats' });
      const report = answer as BalloonReport;
      // An older one may be from the middle of the boot.
      if (report['last-update'] > asked) return memoryOf(report);
    }
    return null;
  }

  /** Presses the power button; the guest ends in order. */
  async powerDown(): Promise<void> {
    await this.qmp('system_powerdown');
  }

  /** Presses the reset button: as a power cut that is over at once. */
  async reset(): Promise<void> {
    await this.qmp('system_reset');
  }

  /** Pulls the plug. The layer keeps what the guest had written. */
  async stop(): Promise<void> {
    this.#qmp?.close();
    this.#qmp = null;
    this.#child.kill('SIGTERM');
    const ended = await Promise.race([this.#child.exited, Bun.sleep(5000).then(() => null)]);
    if (ended === null) this.#child.kill('SIGKILL');
    await this.#child.exited;
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #connect(): Promise<void> {
    const until = performance.now() + 20_000;
    for (;;) {
      if (this.#child.exitCode !== null) {
        const words = (await new Response(this.#child.stderr).text()).trim();
        throw new Error(`QEMU did not start: ${words}`);
      }
      try {
        this.#qmp = await Qmp.connect(this.qmpSocket);
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await Bun.sleep(100);
      }
    }
  }
}

interface QemuParts {
  code: string;
  disk: Disk;
  dir: string;
  accelerated: boolean;
}

function qemuCommand(options: MachineOptions, { code, disk, dir, accelerated }: QemuParts): string[] {
  mkdirSync(dir, { recursive: true });
  const extra = [...serialArguments, ...(options.kernelArguments ?? [])].join(' ');
  return [
    'qemu-system-x86_64',
    ...['-name', 'consultbox'],
    ...['-machine', 'q35'],
    ...(accelerated
      ? ['-accel', 'kvm', '-cpu', 'host']
      : ['-accel', 'tcg,thread=multi,tb-size=1024', '-cpu', options.processor ?? 'max']),
    ...['-smp', String(options.processors ?? 2)],
    ...['-m', String(options.memory ?? 2048)],
    ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,format=raw,unit=1,file=${disk.variables}`],
    ...['-drive', `if=virtio,format=qcow2,discard=unmap,file=${disk.file}`],
    ...['-netdev', `user,id=lan,${forwards(options).join(',')}`],
    ...['-device', 'virtio-net-pci,netdev=lan'],
    ...['-device', 'virtio-rng-pci'],
    ...['-device', 'virtio-balloon-pci,id=balloon'],
    ...['-device', 'i6300esb', '-action', 'watchdog=reset'],
    ...['-vga', 'std', '-display', 'none'],
    ...['-serial', `file:${disk.file}.serial.log`],
    ...['-qmp', `unix:${join(dir, 'qmp.sock')},server=on,wait=off`],
    ...['-smbios', `type=11,value=io.systemd.stub.kernel-cmdline-extra=${extra}`],
    ...(options.noReboot ? ['-no-reboot'] : []),
  ];
}

function forwards({ ports, morePorts = [] }: MachineOptions): string[] {
  const named = Object.entries(guestPorts).flatMap(([name, { port, protocols }]) =>
    protocols.map((protocol) => forward(protocol, ports[name as keyof HostPorts], port)),
  );
  return [...named, ...morePorts.map(([host, guest]) => forward('tcp', host, guest))];
}

function forward(protocol: string, host: number, guest: number): string {
  return `hostfwd=${protocol}:127.0.0.1:${host}-:${guest}`;
}
