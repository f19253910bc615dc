/** A network of our own: addresses that change and packets that are dropped, without touching this machine's. */

/** Runs a command. @returns whether it succeeded */
export function succeeds(...argv: string[]): boolean {
  return (
    Bun.which(argv[0] ?? '') !== null &&
    Bun.spawnSync(argv, { stdout: 'ignore', stderr: 'ignore' }).exitCode === 0
  );
}

/** Runs a command. @throws Error with what it said */
export function must(...argv: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

/** A network of our own; needs root. */
export class Namespace {
  private constructor(
    private readonly name: string,
    /** Why there is none; null when there is. */
    readonly missing: string | null,
  ) {}

  /**
   * Makes one with interfaces `lan0` and `lan1`; it needs root, or a machine that lets us.
   * @param programs what a test needs beside `ip`, e.g. `nft`
   */
  static make(purpose: string, programs: string[] = []): Namespace {
    const name = `consultbox-${purpose}-${process.pid}`;
    const absent = ['ip', ...programs].find((program) => Bun.which(program) === null);
    if (absent !== undefined) return new Namespace(name, `${absent} is not installed`);
    if (!succeeds('ip', 'netns', 'add', name))
      return new Namespace(name, 'no network namespaces without root');
    const namespace = new Namespace(name, null);
    namespace.#ip('link', 'set', 'lo', 'up');
    for (const lan of ['lan0', 'lan1']) {
      // A cable with both ends here; not every kernel has dummy interfaces.
      namespace.#ip('link', 'add', lan, 'type', 'veth', 'peer', 'name', `${lan}-end`);
      namespace.#ip('link', 'set', lan, 'up');
      namespace.#ip('link', 'set', `${lan}-end`, 'up');
    }
    return namespace;
  }

  /**
   * Runs one of our scripts inside.
   * @returns the lines that it printed: the steps that held
   * @throws Error with everything that it said when it fails
   */
  async run(script: string, ...args: string[]): Promise<string[]> {
    const child = Bun.spawn(['ip', 'netns', 'exec', this.name, process.execPath, script, ...args], {
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [steps, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    if ((await child.exited) !== 0) throw new Error(`${steps}\n${errors.slice(-3000)}`);
    return steps.trim().split('\n');
  }

  remove(): void {
    if (this.missing === null) succeeds('ip', 'netns', 'del', this.name);
  }

  #ip(...args: string[]): void {
    must('ip', '-n', this.name, ...args);
  }
}
