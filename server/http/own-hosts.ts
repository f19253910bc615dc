/**
 * A page of the internet may give its own name an address of this box (DNS rebinding) and then ask the box, in the
 * name of whoever has that page open and as if it were the box's own. It cannot hide the name by which it asks.
 */
import { Elysia } from 'elysia';
import { Refusal } from '../errors.ts';

/** The name in a `Host` header, without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '');
}

/** Elysia plugin: answers only under names for which `isOwn` is true. */
export function ownHostsOnly(isOwn: (name: string) => boolean) {
  return new Elysia({ name: 'own-hosts-only' }).onRequest(({ request }) => {
    if (isOwn(nameOf(request.headers.get('host') ?? ''))) return;
    throw new Refusal(
      'wrong_host',
      '这个名称不是本问诊盒的：请用它的地址打开，或请技术员把名称加入设置 network.names · this is not a name of this box: use its address, or add the name to the setting network.names',
    );
  });
}

/** Of the listener that only this machine reaches. */
export function isLoopbackName(name: string): boolean {
  return ['127.0.0.1', 'localhost'].includes(name);
}
