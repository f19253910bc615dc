/** Who signs in at this computer: a shared PC's doctors choose their name instead of typing it. */
import { recall, remember } from '../shared/storage.ts';

const most = 6;

interface KnownLogin {
  login: string;
  name: string;
}

/** The last one first. */
export function knownLogins(): KnownLogin[] {
  try {
    const kept: unknown = JSON.parse(recall('logins') ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.filter(
      (each): each is KnownLogin => typeof each?.login === 'string' && typeof each?.name === 'string',
    );
  } catch (error) {
    console.debug('the remembered names cannot be read', error);
    return [];
  }
}

export function rememberLogin(login: string, name: string): void {
  const others = knownLogins().filter((each) => each.login !== login);
  remember('logins', JSON.stringify([{ login, name }, ...others].slice(0, most)));
}

export function forgetLogin(login: string): void {
  remember('logins', JSON.stringify(knownLogins().filter((each) => each.login !== login)));
}
