/**
 * Asks the package registry for known weaknesses of the packages in bun.lock. Exit code 0: none but those in
 * `docs/security-exceptions.json`; 1: others, or an exception whose day has passed; 75 (EX_TEMPFAIL, sysexits.h): the
 * registry did not answer, so nothing is known.
 */
import exceptions from '../docs/security-exceptions.json';

/** One line of `docs/security-exceptions.json`. */
export interface SecurityException {
  /** e.g. `GHSA-xxxx-xxxx-xxxx` */
  id: string;
  package: string;
  /** Why it does no harm here, for the one who comes after. */
  reason: string;
  /** `2026-12-31`: then it is looked at again. */
  until: string;
}

interface Advisory {
  url: string;
  title: string;
  severity: string;
}

/** Weaknesses as `bun audit --json` lists them, by package. */
export type Report = Record<string, Advisory[]>;

/** @returns what `bun audit --json` printed, or null where it is no report: the registry did not answer */
export function readReport(text: string): Report | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || 'error' in value) return null;
    return Object.values(value).every(Array.isArray) ? (value as Report) : null;
  } catch {
    return null;
  }
}

/**
 * What is wrong, in sentences; nothing when all is well.
 * @param today `2026-11-25`
 */
export function judge(report: Report, allowed: SecurityException[], today: string): string[] {
  const found = Object.entries(report).flatMap(([name, advisories]) =>
    advisories.map(({ url, title, severity }) => ({
      name,
      title,
      severity,
      id: url.split('/').at(-1) ?? url,
    })),
  );
  const excepted = (name: string, id: string) =>
    allowed.some((each) => each.id === id && each.package === name && each.until >= today);
  return [
    ...found
      .filter(({ name, id }) => !excepted(name, id))
      .map(({ name, id, severity, title }) => `${name}: ${title} (${severity}, ${id})`),
    ...allowed
      .filter(({ id, package: name }) => !found.some((each) => each.id === id && each.name === name))
      .map(({ id, package: name }) => `${name}: the exception ${id} is no longer needed, take it out`),
  ];
}

if (import.meta.main) {
  const child = Bun.spawn([process.execPath, 'audit', '--json'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const limit = setTimeout(() => child.kill(), 60_000);
  const [text, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(limit);
  const report = readReport(text);
  if (report === null) {
    console.log(
      `the registry did not answer: ${complaint.trim().split('\n').at(-1) || 'nothing came within 60 s'}`,
    );
    process.exit(75);
  }
  const problems = judge(report, exceptions as SecurityException[], new Date().toISOString().slice(0, 10));
  for (const problem of problems) console.log(problem);
  console.log(`${problems.length} problems, ${exceptions.length} exceptions (docs/security-exceptions.json)`);
  process.exit(problems.length === 0 ? 0 : 1);
}
