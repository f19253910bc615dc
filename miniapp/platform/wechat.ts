/** The one module that speaks with WeChat. Every `wx` of the mini-program is in here. */
import type { Language } from '../i18n/catalogue.ts';
import type { PermissionName } from '../machine/model.ts';
import type {
  Destination,
  Device,
  HttpRequest,
  PhoneListener,
  Platform,
  SocketHandlers,
} from './platform.ts';
import { RequestFailed } from './platform.ts';
import { failureOf, lackingIn } from './versions.ts';

const paths: Record<Destination, string> = {
  home: '/pages/home/home',
  consultation: '/pages/consultation/consultation',
  ended: '/pages/ended/ended',
  help: '/pages/help/help',
  'field-test': '/pages/field-test/field-test',
};

/** A failure that changes nothing for the patient; WeChat's own log has it. */
function note(what: string): (error: { errMsg?: string }) => void {
  return (error) => console.warn(`${what}: ${error.errMsg ?? 'failed'}`);
}

function device(): Device {
  // Before 2.20.1 there is only the one old call for all of it.
  const old = typeof wx.getDeviceInfo === 'function' ? null : wx.getSystemInfoSync();
  const hardware = old ?? wx.getDeviceInfo();
  const app = old ?? wx.getAppBaseInfo();
  const platform = hardware.platform;
  return {
    platform: platform === 'ios' || platform === 'android' ? platform : 'other',
    model: hardware.model,
    system: hardware.system,
    wechat: app.version ?? '',
    library: app.SDKVersion ?? '0',
    language: app.language ?? 'zh_CN',
    fontScale: fontScaleOf(app),
    width: (old ?? wx.getWindowInfo()).windowWidth,
  };
}

/** The scale where WeChat gives it; else from the size, whose standard is 16 (17 on some iOS). */
function fontScaleOf(app: { fontSizeScaleFactor?: number; fontSizeSetting?: number }): number {
  if (app.fontSizeScaleFactor !== undefined && app.fontSizeScaleFactor > 0) return app.fontSizeScaleFactor;
  return app.fontSizeSetting === undefined ? 1 : Math.max(1, app.fontSizeSetting / 17);
}

function request({ method, url, body, timeout }: HttpRequest) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    wx.request({
      url,
      method,
      timeout,
      header: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { data: body }),
      success: ({ statusCode, data }) =>
        resolve({ status: statusCode, body: typeof data === 'object' ? data : null }),
      fail: ({ errMsg, errno }) => reject(new RequestFailed(failureOf(`${errMsg} ${errno}`), errMsg)),
    });
  });
}

function openSocket(url: string, handlers: SocketHandlers) {
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    handlers.closed();
  };
  const task = wx.connectSocket({ url, timeout: 8000, fail: end });
  task.onOpen(() => {
    if (!over) handlers.open();
  });
  task.onMessage(({ data }) => {
    if (!over && typeof data === 'string') handlers.message(data);
  });
  task.onClose(end);
  task.onError(end);
  return {
    // A socket that is closing refuses; its end is told by `closed`.
    send: (text: string) => task.send({ data: text, fail: note('socket') }),
    close: () => {
      over = true;
      task.close({ fail: note('socket') });
    },
  };
}

async function network() {
  const kind = await new Promise<string>((resolve) => {
    wx.getNetworkType({ success: ({ networkType }) => resolve(networkType), fail: () => resolve('unknown') });
  });
  const own = await new Promise<{ localip: string; netmask?: string } | null>((resolve) => {
    if (typeof wx.getLocalIPAddress !== 'function') resolve(null);
    else wx.getLocalIPAddress({ success: resolve, fail: () => resolve(null) });
  });
  const known = { wifi: 'wifi', none: 'none', unknown: 'unknown' } as const;
  return {
    network: kind in known ? known[kind as keyof typeof known] : ('cellular' as const),
    ownAddress: own === null || own.localip === '' ? null : own.localip,
    netmask: own?.netmask ?? null,
  };
}

const scopes = { camera: 'scope.camera', microphone: 'scope.record' } as const;

type Grants = Partial<Record<keyof typeof scopes, boolean>>;

function grants(): Promise<Grants> {
  return new Promise((resolve) => {
    wx.getSetting({
      success: ({ authSetting }) => {
        const known: Grants = {};
        for (const name of ['camera', 'microphone'] as const) {
          const granted = authSetting[scopes[name]];
          if (granted !== undefined) known[name] = granted;
        }
        resolve(known);
      },
      fail: () => resolve({}),
    });
  });
}

/** What the phone's own settings forbid WeChat. */
function systemMissing(): PermissionName[] {
  if (typeof wx.getAppAuthorizeSetting !== 'function') return [];
  const { cameraAuthorized, microphoneAuthorized } = wx.getAppAuthorizeSetting();
  return [
    ...(cameraAuthorized === 'denied' ? (['camera_system'] as const) : []),
    ...(microphoneAuthorized === 'denied' ? (['microphone_system'] as const) : []),
  ];
}

function privacyNeeded(): Promise<boolean> {
  return new Promise((resolve) => {
    if (typeof wx.getPrivacySetting !== 'function') resolve(false);
    else
      wx.getPrivacySetting({
        success: ({ needAuthorization }) => resolve(needAuthorization),
        fail: () => resolve(false),
      });
  });
}

async function missingPermissions(): Promise<PermissionName[]> {
  const missing: PermissionName[] = [];
  if (await privacyNeeded()) missing.push('privacy');
  const granted = await grants();
  if (granted.camera !== true) missing.push('camera');
  if (granted.microphone !== true) missing.push('microphone');
  return [...missing, ...systemMissing()];
}

/** WeChat shows its privacy notice; errors 104 and 112 say that it was refused or never written. */
function agreeToPrivacy(): Promise<boolean> {
  return new Promise((resolve) => {
    if (typeof wx.requirePrivacyAuthorize !== 'function') resolve(true);
    else wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) });
  });
}

function authorize(scope: string): Promise<boolean> {
  return new Promise((resolve) => {
    wx.authorize({ scope, success: () => resolve(true), fail: () => resolve(false) });
  });
}

async function askPermissions(): Promise<PermissionName[]> {
  if ((await privacyNeeded()) && !(await agreeToPrivacy())) return ['privacy'];
  // Both, even when the first is refused: WeChat's settings list only what was asked for.
  for (const name of ['camera', 'microphone'] as const) await authorize(scopes[name]);
  // The phone's own "no" makes WeChat's question fail too, and its page would not help.
  const system = systemMissing();
  return system.length > 0 ? system : await missingPermissions();
}

function openSettings(where: 'wechat' | 'system'): Promise<void> {
  return new Promise((resolve) => {
    if (where === 'system' && typeof wx.openAppAuthorizeSetting === 'function') {
      wx.openAppAuthorizeSetting({ complete: () => resolve() });
    } else wx.openSetting({ complete: () => resolve() });
  });
}

function nonce(): Promise<string> {
  const hexadecimal = (bytes: ArrayLike<number>) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  // Only who reads the answer within a minute could use a guess; old libraries have nothing better.
  const weak = () => hexadecimal(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256)));
  return new Promise((resolve) => {
    if (typeof wx.getRandomValues !== 'function') resolve(weak());
    else
      wx.getRandomValues({
        length: 16,
        success: ({ randomValues }) => resolve(hexadecimal(new Uint8Array(randomValues))),
        fail: () => resolve(weak()),
      });
  });
}

/** A page that has no picture (any more) has nothing to stop; some phones throw instead of failing. */
function guarded(what: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    console.warn(`${what}: ${String(error)}`);
  }
}

const onPusher = (what: string, run: (context: WechatMiniprogram.LivePusherContext) => void) => () =>
  guarded(what, () => run(wx.createLivePusherContext()));

const onPlayer = (what: string, run: (context: WechatMiniprogram.LivePlayerContext) => void) =>
  guarded(what, () => run(wx.createLivePlayerContext('doctor')));

const pusher = {
  preview: onPusher('preview', (context) => context.startPreview({ fail: note('preview') })),
  start: onPusher('push', (context) => context.start({ fail: note('push') })),
  stop: onPusher('push stop', (context) => context.stop({ fail: note('push stop') })),
  switchCamera: onPusher('switch camera', (context) => context.switchCamera({ fail: note('switch camera') })),
};

const player = {
  start: () => onPlayer('play', (context) => context.play({ fail: note('play') })),
  stop: () => onPlayer('play stop', (context) => context.stop({ fail: note('play stop') })),
  sound: (byHand: boolean) =>
    onPlayer('sound', (context) => {
      // A tap may start what iOS kept silent; without a tap, starting again would only cost a second.
      if (byHand) context.play({ fail: note('sound') });
      context.resume({ fail: note('sound') });
    }),
};

/** Spoken: the doctor is there. The operator may have recorded them (`bun run miniapp:build --voice`). */
const spoken: Record<Language, string> = {
  zh: '/assets/admitted.zh.mp3',
  en: '/assets/admitted.en.mp3',
};

/** One after the other; a file that cannot be played holds up none. */
function playSounds([src, ...rest]: string[]): void {
  if (src === undefined) return;
  const sound = wx.createInnerAudioContext();
  const next = () => {
    sound.destroy();
    playSounds(rest);
  };
  sound.src = src;
  sound.onEnded(next);
  sound.onError(next);
  sound.play();
}

function callAttention(language: Language): void {
  wx.vibrateLong({ fail: note('vibrate') });
  // An iPhone set to silent would keep it from whoever looks away; the doctor's voice is not to be interrupted.
  if (typeof wx.setInnerAudioOption === 'function') {
    wx.setInnerAudioOption({ obeyMuteSwitch: false, mixWithOther: true, fail: note('audio option') });
  }
  playSounds(['/assets/chime.wav', spoken[language]]);
}

function currentPath(): string {
  const pages = getCurrentPages();
  return `/${pages[pages.length - 1]?.route ?? ''}`;
}

function go(to: Destination): void {
  const url = paths[to];
  if (currentPath() === url) return;
  // Help stands above what goes on; the others replace each other, so that "back" never leads to what is over.
  if (to === 'help' || to === 'field-test') wx.navigateTo({ url, fail: note('go') });
  else wx.reLaunch({ url, fail: note('go') });
}

function listen(listener: PhoneListener): void {
  wx.onAppHide(listener.hidden);
  wx.onAppShow(listener.shown);
  wx.onNetworkStatusChange(({ isConnected, networkType }) =>
    listener.network(isConnected, networkType === 'wifi'),
  );
  wx.onAudioInterruptionBegin(listener.interrupted);
  wx.onAudioInterruptionEnd(listener.interruptionOver);
}

/** WeChat. */
export const wechat: Platform = {
  device,
  lacks: () => lackingIn(device().library),
  storage: {
    read: (key) => {
      const value: unknown = wx.getStorageSync(key);
      return value === '' ? undefined : value;
    },
    write: (key, value) => wx.setStorageSync(key, value),
    remove: (key) => wx.removeStorageSync(key),
  },
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  nonce,
  request,
  openSocket,
  network,
  scan: () =>
    new Promise((resolve) => {
      wx.scanCode({
        // A mini-program code of this mini-program gives its path instead of a text.
        success: ({ path, result }) => resolve(path === undefined || path === '' ? result : path),
        fail: () => resolve(null),
      });
    }),
  missingPermissions,
  askPermissions,
  openSettings,
  pusher,
  player,
  keepScreenOn: (on) => wx.setKeepScreenOn({ keepScreenOn: on, fail: note('keep screen on') }),
  callAttention,
  title: (title) => wx.setNavigationBarTitle({ title, fail: note('title') }),
  toast: (title) => wx.showToast({ title, icon: 'none', duration: 2500 }),
  confirm: ({ text, yes, no }) =>
    new Promise((resolve) => {
      wx.showModal({
        content: text,
        confirmText: yes.slice(0, 4),
        cancelText: no.slice(0, 4),
        success: ({ confirm }) => resolve(confirm),
        fail: () => resolve(false),
      });
    }),
  dial: (phoneNumber) => wx.makePhoneCall({ phoneNumber, fail: note('dial') }),
  copy: (data) =>
    new Promise((resolve) => {
      wx.setClipboardData({ data, complete: () => resolve() });
    }),
  go,
  listen,
};
