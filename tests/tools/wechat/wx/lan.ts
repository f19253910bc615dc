/**
 * WeChat's rules for `http://IP:PORT` and `ws://IP:PORT`, and the words in which phones say that something failed:
 * Android gives Chromium's network errors, iOS its own sentences in the phone's language. Numbers as in WeChat's list
 * of general error codes.
 */
import type { Handset } from './handset.ts';

/** Why a request failed. */
export interface NetworkFailure {
  why: string;
  errno: number;
}

const sentences = {
  offline: {
    android: 'errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED',
    zh_CN: '似乎已断开与互联网的连接。',
    en: 'The Internet connection appears to be offline.',
  },
  refused: {
    android: 'errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED',
    zh_CN: '未能连接到服务器。',
    en: 'Could not connect to the server.',
  },
  lost: {
    android: 'errcode:-101 cronet_error_code:-101 error_msg:net::ERR_CONNECTION_RESET',
    zh_CN: '网络连接已中断。',
    en: 'The network connection was lost.',
  },
  timeout: { android: 'timeout', zh_CN: 'timeout', en: 'timeout' },
} as const;

/** In the words of this phone. */
export function failureOf({ platform, language }: Handset, kind: keyof typeof sentences): NetworkFailure {
  const words = sentences[kind];
  return {
    why: platform === 'android' ? words.android : words[language],
    errno: kind === 'timeout' ? 5 : 600_001,
  };
}

const bits = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

function inSubnet(address: string, own: string, netmask: string): boolean {
  const mask = bits(netmask);
  // Unsigned, where JavaScript's own operators would be signed.
  return (bits(address) & mask) >>> 0 === (bits(own) & mask) >>> 0;
}

/** What the phone and WeChat refuse before anything is sent; null: it may be tried. */
export function forbidden(handset: Handset, url: string): NetworkFailure | null {
  const { connection } = handset;
  if (handset.suspended) return { why: 'interrupted', errno: 600_003 };
  if (connection.kind === 'none') return failureOf(handset, 'offline');
  const [, scheme = '', host = ''] = /^(\w+):\/\/([^/]+)/.exec(url) ?? [];
  // A name with TLS is the operator's affair: it is on a list of WeChat's console.
  if (scheme === 'https' || scheme === 'wss') return null;
  const [, address] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(host) ?? [];
  const near =
    address !== undefined &&
    connection.kind === 'wifi' &&
    address !== connection.address &&
    inSubnet(address, connection.address, connection.netmask);
  if (!near) return { why: 'url not in domain list', errno: 600_002 };
  if (handset.platform === 'ios' && !handset.localNetwork) return failureOf(handset, 'offline');
  return null;
}
