/** `wx.connectSocket`, by WebSocket. */
import { type Callbacks, fail, succeed } from './callbacks.ts';
import type { Handset } from './handset.ts';
import { failureOf, forbidden } from './lan.ts';

type Options = Pick<WechatMiniprogram.ConnectSocketOption, 'url' | 'timeout'> & Callbacks;

/** Bun's can end without a word. */
type BunSocket = WebSocket & { terminate: () => void };

const abnormal = { code: 1006, reason: 'abnormal closure' };

/** What `wx.connectSocket` gives. It dies with the phone's network and with WeChat's time in the background. */
export class SocketTask {
  #open: () => void = () => undefined;
  #message: (result: { data: string }) => void = () => undefined;
  #close: (result: { code: number; reason: string }) => void = () => undefined;
  #error: (result: { errMsg: string }) => void = () => undefined;
  #socket: WebSocket | null = null;
  #over = false;
  readonly #stop: (() => void)[];

  constructor(handset: Handset, { url, timeout = 60_000, ...options }: Options) {
    const drop = () => this.#end(abnormal);
    this.#stop = [handset.disconnects.on(drop), handset.suspends.on(drop)];
    const refused = forbidden(handset, url);
    if (refused !== null) {
      fail('connectSocket', options, refused.why, refused.errno);
      this.#failed(refused.why);
      return;
    }
    const late = setTimeout(() => this.#failed(failureOf(handset, 'timeout').why), timeout);
    this.#stop.push(() => clearTimeout(late));
    succeed('connectSocket', options);
    // Nobody answers: the time limit ends it.
    if (handset.isolated) return;
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      clearTimeout(late);
      if (!this.#over) this.#open();
    };
    socket.onmessage = ({ data }) => {
      if (!this.#over) this.#message({ data: String(data) });
    };
    socket.onerror = () => this.#failed(failureOf(handset, 'refused').why);
    socket.onclose = ({ code, reason }) => this.#end({ code, reason });
  }

  onOpen(listener: () => void): void {
    this.#open = listener;
  }

  onMessage(listener: (result: { data: string }) => void): void {
    this.#message = listener;
  }

  onClose(listener: (result: { code: number; reason: string }) => void): void {
    this.#close = listener;
  }

  onError(listener: (result: { errMsg: string }) => void): void {
    this.#error = listener;
  }

  send({ data, ...options }: { data: string } & Callbacks): void {
    if (this.#over || this.#socket?.readyState !== WebSocket.OPEN) {
      fail('sendSocketMessage', options, 'SocketTask.readyState is not OPEN');
      return;
    }
    this.#socket.send(data);
    succeed('sendSocketMessage', options);
  }

  close(options: { code?: number } & Callbacks = {}): void {
    if (this.#over) {
      fail('closeSocket', options, 'SocketTask.readyState is not OPEN');
      return;
    }
    succeed('closeSocket', options);
    this.#end({ code: options.code ?? 1000, reason: '' });
  }

  #failed(why: string): void {
    queueMicrotask(() => {
      if (this.#over) return;
      this.#error({ errMsg: why });
      this.#end(abnormal);
    });
  }

  #end(how: { code: number; reason: string }): void {
    if (this.#over) return;
    this.#over = true;
    for (const each of this.#stop) each();
    // A cut network says nothing to the other side: no closing handshake.
    if (how === abnormal) (this.#socket as BunSocket | null)?.terminate();
    else this.#socket?.close();
    this.#close(how);
  }
}
