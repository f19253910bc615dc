/** Versions of WeChat's base library, which decide what may be called. */
import type { ReachFacts } from '../machine/diagnose.ts';

/** What a consultation cannot do without, with the base library that brought it. */
export const needed: Readonly<Record<string, string>> = {
  // wx.request and wx.connectSocket to an address of the LAN.
  lan: '2.4.0',
  // LivePusherContext.startPreview
  preview: '2.7.0',
  // live-pusher's and live-player's same-layer rendering, so that buttons can lie on pictures.
  sameLayer: '2.9.1',
};

/** Negative when `one` is older than `other`, 0 when they are the same; `"2.10.0"` is newer than `"2.9.9"`. */
export function compareVersions(one: string, other: string): number {
  const a = one.split('.').map(Number);
  const b = other.split('.').map(Number);
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The names of `needed` that a base library has not. */
export function lackingIn(library: string): string[] {
  return Object.keys(needed).filter((name) => compareVersions(library, needed[name] ?? '0') < 0);
}

/** `fail` texts and numbers of wx.request, as phones give them. */
export function failureOf(message: string): ReachFacts['failure'] {
  const text = message.toLowerCase();
  // iOS without "local network": NSURLErrorNotConnectedToInternet (-1009), in the phone's language.
  if (
    /local network|prohibited|-1009|appears to be offline|似乎已断开与互联网的连接|互联网连接似乎已断开/.test(
      text,
    )
  )
    return 'prohibited';
  // An address of another subnet is to WeChat a domain that nobody registered (errno 600002).
  if (/not in domain list|\b600002\b/.test(text)) return 'foreign';
  if (/refused|-1004|could not connect to the server|未能连接到服务器|errcode:-102\b/.test(text))
    return 'refused';
  if (/time ?out|timed out|-1001|超时|errcode:-118\b/.test(text)) return 'timeout';
  return 'other';
}
