/** What the mini-program shows and does outside of its pages: toasts, questions, sounds, the phone's own functions. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Callbacks, fail, succeed } from './callbacks.ts';
import type { Handset } from './handset.ts';

type ModalOptions = Pick<WechatMiniprogram.ShowModalOption, 'content' | 'confirmText' | 'cancelText'> &
  Callbacks;

/** Plays a file of the package. */
class InnerAudio {
  src = '';
  #ended: () => void = () => undefined;
  #error: (error: { errCode: number; errMsg: string }) => void = () => undefined;

  constructor(
    private readonly handset: Handset,
    private readonly dir: string,
  ) {}

  onEnded(listener: () => void): void {
    this.#ended = listener;
  }

  onError(listener: (error: { errCode: number; errMsg: string }) => void): void {
    this.#error = listener;
  }

  play(): void {
    if (existsSync(join(this.dir, this.src))) {
      if (!this.handset.silent || !this.handset.obeysMuteSwitch) this.handset.sounds.push(this.src);
      queueMicrotask(() => this.#ended());
    } else queueMicrotask(() => this.#error({ errCode: 10_003, errMsg: `no file ${this.src}` }));
  }

  destroy(): void {
    this.#ended = () => undefined;
  }
}

/** @param dir the package */
export function screen(handset: Handset, dir: string) {
  return {
    showToast: (options: Pick<WechatMiniprogram.ShowToastOption, 'title'> & Callbacks) => {
      handset.toasts.push(options.title);
      succeed('showToast', options);
    },
    showModal: (options: ModalOptions) => {
      const { content = '', confirmText = '确定', cancelText = '取消' } = options;
      for (const text of [confirmText, cancelText]) {
        // WeChat shows no modal at all for a longer button.
        if (text.length > 4) return fail('showModal', options, `${text} length should not larger than 4`);
      }
      handset.modal = {
        content,
        confirm: confirmText,
        cancel: cancelText,
        answer: (confirm) => {
          handset.modal = null;
          succeed('showModal', options, { confirm, cancel: !confirm });
        },
      };
    },
    vibrateLong: (options: Callbacks) => {
      handset.vibrations += 1;
      succeed('vibrateLong', options);
    },
    setInnerAudioOption: (options: { obeyMuteSwitch?: boolean; mixWithOther?: boolean } & Callbacks) => {
      handset.obeysMuteSwitch = options.obeyMuteSwitch ?? true;
      succeed('setInnerAudioOption', options);
    },
    createInnerAudioContext: () => new InnerAudio(handset, dir),
    setKeepScreenOn: (options: { keepScreenOn: boolean } & Callbacks) => {
      handset.screenKeptOn = options.keepScreenOn;
      succeed('setKeepScreenOn', options);
    },
    makePhoneCall: (options: { phoneNumber: string } & Callbacks) => {
      handset.dialled.push(options.phoneNumber);
      succeed('makePhoneCall', options);
    },
    setClipboardData: (options: { data: string } & Callbacks) => {
      handset.clipboard = options.data;
      succeed('setClipboardData', options);
    },
    scanCode: (options: Callbacks) => {
      const seen = handset.cameraSees;
      if (seen === null) return fail('scanCode', options, 'cancel');
      // A mini-program code has a path, and no text of its own.
      const isPath = /^\/?pages\//.test(seen);
      return succeed('scanCode', options, isPath ? { result: '', path: seen } : { result: seen });
    },
  };
}
