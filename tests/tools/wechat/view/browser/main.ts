/** The view in a browser: draws the pages that the logic layer on Bun sends, and tells it what happens on them. */
import './fingers.ts';
import { DrawnByBrowser } from './drawn-page.ts';
import type { FromBrowser, ToBrowser } from './messages.ts';

declare global {
  interface Window {
    /** Handed in by Bun. */
    wechatTold: (message: FromBrowser) => Promise<void>;
    wechatView: (message: ToBrowser) => Promise<void>;
    /** Kept when everything that was told has been heard. */
    wechatHeard: () => Promise<void>;
  }
}

let heard: Promise<void> = Promise.resolve();

window.wechatHeard = () => heard;

const tell = (message: FromBrowser) => {
  const before = heard;
  heard = window.wechatTold(message).then(() => before);
};

const pages = new Map<number, DrawnByBrowser>();

/** Pages ask and are told in this order; the answer comes when the browser has painted. */
window.wechatView = async (message) => {
  const known = pages.get(message.page);
  switch (message.type) {
    case 'open':
      pages.set(message.page, new DrawnByBrowser(message, (told) => tell({ ...told, page: message.page })));
      return;
    case 'set':
      known?.set(message.change);
      return await painted();
    case 'show':
      known?.show(message.shown);
      return;
    case 'emit':
      known?.emit(message.element, message.event, message.detail);
      return;
    case 'close':
      known?.close();
      pages.delete(message.page);
      return;
  }
};

function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
}
