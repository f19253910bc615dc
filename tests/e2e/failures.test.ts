/** What a doctor can meet: each failure has its own sentence and its way out, and the way out leads out. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box, owner } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { TcpProxy } from '../tools/tcp-proxy.ts';
import { waitFor } from '../tools/wait.ts';

/** How getUserMedia fails, as browsers do it. */
interface DeviceFailure {
  name: string;
  message: string;
  permission?: PermissionState;
  /** The lists of devices are empty. */
  nothingThere?: boolean;
  /** The page's permissions policy forbids it. */
  forbidden?: boolean;
}

/** Runs in the page: camera and microphone fail until `mended` is set. */
function breakDevices({ name, message, permission, nothingThere, forbidden }: DeviceFailure): void {
  const { mediaDevices, permissions } = navigator;
  const isMended = () => Reflect.get(window, 'mended') === true;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const list = mediaDevices.enumerateDevices.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) =>
    isMended() ? open(constraints) : Promise.reject(new DOMException(message, name));
  if (nothingThere === true) mediaDevices.enumerateDevices = async () => (isMended() ? list() : []);
  if (permission !== undefined) {
    permissions.query = () => Promise.resolve({ state: permission } as PermissionStatus);
  }
  if (forbidden === true) {
    Object.defineProperty(document, 'featurePolicy', { value: { allowsFeature: isMended } });
  }
}

const mend = () => void Reflect.set(window, 'mended', true);

/** Runs in the page: until it is mended, this browser has no H.264. */
function hideH264(): void {
  if (localStorage.getItem('mended') !== null) return;
  const { prototype } = window.RTCPeerConnection;
  const createOffer = prototype.createOffer as (
    this: RTCPeerConnection,
  ) => Promise<RTCSessionDescriptionInit>;
  RTCRtpSender.getCapabilities = () => null;
  Object.assign(prototype, {
    async createOffer(this: RTCPeerConnection) {
      const { type, sdp } = await createOffer.call(this);
      return { type, sdp: sdp?.replaceAll(/^a=rtpmap:\d+ H264\/.*\r\n/gm, '') };
    },
  });
}

const deviceFailures: [string, DeviceFailure, string, string][] = [
  [
    'permission_refused',
    { name: 'NotAllowedError', message: 'Permission denied', permission: 'denied' },
    '浏览器禁止了本页使用摄像头或麦克风。',
    '请点地址栏左侧的图标，把“摄像头”和“麦克风”改为“允许”，再点“重试”。',
  ],
  [
    'permission_dismissed',
    { name: 'NotAllowedError', message: 'Permission dismissed' },
    '浏览器的询问被关掉了，摄像头和麦克风还没打开。',
    '请点“重试”，在弹出的询问里点“允许”。',
  ],
  [
    'permission_policy',
    { name: 'NotAllowedError', message: 'Permission denied', forbidden: true },
    '浏览器策略禁止了本页使用摄像头。',
    '请让网管在浏览器策略（VideoCaptureAllowedUrls、AudioCaptureAllowedUrls）中放行本页的地址。',
  ],
  [
    'permission_system',
    { name: 'NotAllowedError', message: 'Permission denied by system' },
    '操作系统禁止了浏览器使用摄像头或麦克风。',
    'Windows：设置 → 隐私 → 相机、麦克风，打开“允许桌面应用访问”。',
  ],
  [
    'camera_busy',
    { name: 'NotReadableError', message: 'Could not start video source' },
    '摄像头正被别的程序占用。',
    '请关闭正在用摄像头的程序（如微信、腾讯会议、别的网页），再点“重试”。',
  ],
  [
    'microphone_busy',
    { name: 'NotReadableError', message: 'Could not start audio source' },
    '麦克风正被别的程序占用，或没有响应。',
    '请关闭正在用麦克风的程序，或拔下重插，再点“重试”。',
  ],
];

let box: Box;
let browser: Browser;
let doctor: SimulatedDoctor;

beforeAll(async () => {
  box = await Box.start({ engine: 'embedded' });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await box?.stop();
});

beforeEach(async () => {
  doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
  await doctor.signIn();
  await doctor.id('start-button').waitFor();
});

afterEach(() => doctor.close());

/** The page as it is when these devices fail from the start. */
async function openBroken(failure: DeviceFailure): Promise<void> {
  await doctor.page.addInitScript(breakDevices, failure);
  await doctor.page.reload();
}

async function canStart(): Promise<void> {
  await waitFor('the doctor can start', () => doctor.id('start-button').isEnabled());
  await doctor.isWell();
}

describe('camera and microphone', () => {
  for (const [code, failure, sentence, wayOut] of deviceFailures) {
    test(`${code}: said, with the way out; “重试” after it was mended leads on`, async () => {
      await openBroken(failure);
      const said = await doctor.meets(code);
      expect(said).toContain(sentence);
      expect(said).toContain(wayOut);
      expect(await doctor.id('start-button').isDisabled()).toBe(true);
      // Not mended yet: the same is said again.
      await doctor.id('error-action').click();
      await doctor.meets(code);
      await doctor.page.evaluate(mend);
      expect(await doctor.id('error-action').textContent()).toContain('重试');
      await doctor.id('error-action').click();
      await canStart();
    });
  }

  test('no_camera: plugging one in leads on by itself', async () => {
    await openBroken({ name: 'NotFoundError', message: 'Requested device not found', nothingThere: true });
    const said = await doctor.meets('no_camera');
    expect(said).toContain('没有找到摄像头。');
    expect(said).toContain('请插好摄像头，插好后会自动继续。');
    expect(await doctor.id('camera-select').textContent()).toContain('没有找到');
    await doctor.page.evaluate(mend);
    await doctor.page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
    await canStart();
    expect(await doctor.id('camera-select').locator('option').count()).toBeGreaterThan(0);
  });

  test('device_gone: a camera that is pulled out in mid-consultation, and put back', async () => {
    const id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    await doctor.id('self-video').evaluate((video: HTMLVideoElement) => {
      const [track] = (video.srcObject as MediaStream).getVideoTracks();
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    const said = await doctor.meets('device_gone');
    expect(said).toContain('摄像头或麦克风被拔掉或中断了。');
    await doctor.id('error-action').click();
    await doctor.isWell();
    await doctor.sees('publish-status', '🟢 推流中');
    expect((await box.view(id)).doctor.publishing).toBe(true);
    const seen = await doctor.watch('self-video');
    expect(seen.differentFrames).toBeGreaterThan(5);
  });
});

test('no_h264_local: a browser that cannot encode it; “刷新页面” in another one goes on with the consultation', async () => {
  await doctor.page.addInitScript(hideH264);
  await doctor.page.reload();
  const id = await doctor.start();
  const said = await doctor.meets('no_h264_local');
  expect(said).toContain('这个浏览器不能发送 H.264 视频，患者的手机播放不了。');
  expect(said).toContain('请改用 Chrome 或 Edge 90 以上版本打开本页。');
  await doctor.sees('publish-status', '推流已停止');
  await doctor.page.evaluate(() => localStorage.setItem('mended', 'yes'));
  await doctor.id('error-action').click();
  await doctor.sees('publish-status', '🟢 推流中');
  await doctor.isWell();
  expect((await box.view(id)).doctor.publishing).toBe(true);
});

describe('network and server', () => {
  async function banner(code: string): Promise<string> {
    const shown = doctor.page.locator(`[data-testid=network-banner][data-code=${code}]`);
    await shown.waitFor();
    return (await shown.textContent()) ?? '';
  }

  async function goesOn(id: string): Promise<void> {
    await doctor.isWell();
    await doctor.sees('publish-status', '🟢 推流中');
    await waitFor('it is being published', async () => (await box.view(id)).doctor.publishing);
  }

  test('offline: this computer’s network is gone and comes back', async () => {
    const id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    await doctor.context.setOffline(true);
    expect(await banner('offline')).toContain('本机网络已断开。请检查网线或 Wi-Fi，恢复后会自动重连。');
    await doctor.context.setOffline(false);
    await goesOn(id);
  });

  test('unreachable: the wire to the box is cut and mended', async () => {
    const wire = new TcpProxy(box.ports.https);
    const port = await wire.start();
    try {
      await doctor.page.goto(`https://127.0.0.1:${port}/`);
      const id = await doctor.start();
      await doctor.sees('publish-status', '🟢 推流中');
      wire.cut();
      // A request that is not answered shows it: nobody is told that a wire was cut.
      await doctor.id('pairing-refresh').click();
      expect(await banner('unreachable')).toContain('连不上问诊服务，正在自动重试。');
      wire.mend();
      await goesOn(id);
    } finally {
      wire.stop();
    }
  });

  test('restarting: the supervisor is killed and comes back; nothing is typed', async () => {
    const id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    await box.kill();
    expect(await banner('restarting')).toContain(
      '问诊服务正在重启，通常几秒钟。请不要关闭页面，会自动恢复。',
    );
    box.run();
    await box.ready();
    await goesOn(id);
  });

  test('network: the page opens while the API is not to be reached; it leads on by itself', async () => {
    await doctor.page.route('**/api/**', (route) => route.abort());
    await doctor.page.reload();
    const said = await doctor.meets('network');
    expect(said).toContain('连不上问诊服务。');
    expect(said).toContain('请检查本机网络和问诊盒的电源、网线，然后重试。');
    await doctor.page.unroute('**/api/**');
    await canStart();
  });

  test('access_required: signed out in mid-consultation, the password is asked for and the consultation goes on', async () => {
    const id = await doctor.start();
    await doctor.sees('publish-status', '🟢 推流中');
    await doctor.context.clearCookies();
    await doctor.id('pairing-refresh').click();
    await doctor.id('password-input').waitFor();
    await doctor.signIn({ ...owner, password: 'not the one' });
    expect(await doctor.meets('wrong_password')).toContain('账号或密码不对。');
    await doctor.signIn();
    await goesOn(id);
  });
});
