/** Schemathesis, which asks an API whatever its OpenAPI document allows, and what it does not. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** scripts/test installs it there. */
const program = join(
  process.env.XDG_CACHE_HOME || join(process.env.HOME ?? tmpdir(), '.cache'),
  'consultbox/schemathesis/bin/schemathesis',
);

/** Why there is none; null where there is. */
export const withoutSchemathesis = existsSync(program)
  ? null
  : `${program} is not there: scripts/test installs it`;

/** One run. */
export interface FuzzOptions {
  document: object;
  url: string;
  headers?: Record<string, string>;
  /** Seconds. */
  time: number;
}

/** A 503 is in the contract: the media server may be away. Whatever else is amiss with an answer is a finding. */
const configuration = `
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 503]
`;

/** @returns what Schemathesis printed and its exit code; 0: nothing was found */
export async function fuzz({ document, url, headers = {}, time }: FuzzOptions) {
  const dir = mkdtempSync(join(tmpdir(), 'consultbox-fuzz-'));
  try {
    const file = join(dir, 'openapi.json');
    await Bun.write(file, JSON.stringify(document));
    await Bun.write(join(dir, 'schemathesis.toml'), configuration);
    const output = join(dir, 'output');
    const child = Bun.spawn(
      [
        // More workers trip over a fault of CPython 3.11's own parser (AST recursion depth).
        ...[program, '--no-color', '--config-file', join(dir, 'schemathesis.toml'), 'run', file],
        ...['--url', url, '--tls-verify', 'false', '--workers', '1', '--request-timeout', '30'],
        ...['--phases', 'coverage,fuzzing', '--max-time', String(time), '--max-failures', '20'],
        ...['--checks', 'not_a_server_error,status_code_conformance,response_schema_conformance'],
        ...['--warnings', 'off', '--suppress-health-check', 'all', '--generation-database', 'none'],
        ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
      ],
      { cwd: dir, stdin: 'ignore', stdout: Bun.file(output), stderr: Bun.file(`${output}.errors`) },
    );
    const code = await child.exited;
    return { code, text: readFileSync(output, 'utf8') + readFileSync(`${output}.errors`, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
