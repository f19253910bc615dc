/** Which sources an image was built from. */
import { run } from './command.ts';
import { paths } from './paths.ts';

/** The commit, with `-dirty` when files differ from it; `unknown` outside a repository. */
export async function gitCommit(): Promise<string> {
  const git = (...args: string[]) =>
    run(['git', '-C', paths.repository, ...args], { failure: 'git failed.' });
  try {
    const commit = await git('rev-parse', 'HEAD');
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return changed === '' ? commit : `${commit}-dirty`;
  } catch {
    return 'unknown';
  }
}
