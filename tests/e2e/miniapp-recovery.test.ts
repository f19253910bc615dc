/** Whatever befalls the phone or the box during a consultation: both pictures come back by themselves. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { waitFor } from '../tools/wait.ts';
import type { TestPhone } from '../tools/wechat/phone.ts';

onEachEngine('the mini-program recovers', (engine) => {
  let box: Box;
  let browser: Browser;
  let consultation: RunningConsultation;
  let phone: TestPhone;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
    consultation = await RunningConsultation.begin(box, browser);
    phone = consultation.phone;
  }, 180_000);

  afterAll(async () => {
    await consultation?.stop();
    await browser?.close();
    await box?.stop();
  });

  const device = (state: string) =>
    waitFor(`the phone is ${state}`, async () => (await box.view(consultation.id)).device === state);

  test('locked and back', async () => {
    phone.lock();
    await consultation.doctor.sees('remote-note', '患者离开了小程序');
    await device('background');
    // Camera and microphone are free for others meanwhile.
    expect([phone.pusher.running, phone.player.running]).toEqual([false, false]);
    phone.unlock();
    await consultation.bothSee();
    await device('connected');
  });

  test('in the background for so long that WeChat stops its scripts and sockets', async () => {
    phone.background();
    await waitFor('WeChat stopped it', () => phone.handset.suspended);
    phone.foreground();
    await consultation.bothSee();
    await device('connected');
  });

  test('destroyed in the background, and opened again from WeChat’s list', async () => {
    phone.background();
    phone.destroy();
    await phone.open();
    await consultation.bothSee();
    await device('connected');
    expect(phone.text()).not.toContain('请您核对');
  });

  test('a telephone call', async () => {
    phone.call();
    await phone.reads('正在接电话');
    expect(phone.pusher.running).toBe(false);
    phone.hangUp();
    await consultation.bothSee();
  });

  test('a telephone call that covers WeChat', async () => {
    phone.call(true);
    await device('background');
    phone.hangUp();
    await consultation.bothSee();
    await device('connected');
  });

  test('the Wi-Fi is gone, said, and back', async () => {
    phone.networkLost();
    await phone.reads('手机没有网络了');
    phone.networkBack();
    await consultation.bothSee();
    expect(phone.text()).not.toContain('手机没有网络了');
  });

  test('the media server is killed', async () => {
    const { pid } = (await box.status()).media.process;
    if (pid === null) throw new Error('it does not run');
    process.kill(pid, 'SIGKILL');
    await waitFor('another runs', async () => {
      const { media } = await box.status();
      return media.ready && media.process.pid !== pid;
    });
    await consultation.bothSee();
  });

  test('the box is killed and comes back, with nothing tapped', async () => {
    await box.kill();
    await phone.reads('网络断了一下，正在重新连接');
    box.run();
    await box.ready();
    await consultation.bothSee();
    await waitFor('all is well', () => !phone.text().includes('正在重新'));
    expect((await box.view(consultation.id)).state).toBe('live');
  });

  test('the patient leaves, is missed, and comes back', async () => {
    phone.tap('结束');
    await phone.reads('确定结束问诊吗？');
    phone.tap('取消');
    expect(phone.route).toBe('pages/consultation/consultation');
    phone.tap('结束');
    phone.tap('结束');
    await phone.reads('您已离开问诊');
    await consultation.doctor.sees('seen-status', '患者退出了问诊');
    phone.tap('回到问诊');
    await consultation.bothSee();
    expect((await box.view(consultation.id)).left).toBeNull();
  });

  test('home by WeChat’s own button keeps a way back; meanwhile the phone is tested', async () => {
    await phone.miniapp.open('pages/home/home');
    await phone.reads('继续刚才的问诊');
    phone.tap('手机测试');
    await phone.reads('开始测试');
    phone.tap('开始测试');
    await phone.reads('请求往返（中位数）');
    phone.tap('发给问诊盒');
    await waitFor('it was sent', () => phone.handset.toasts.includes('已发送'));
    const timeline = await box.clinic(`/api/consultations/${consultation.id}/timeline`);
    expect(await timeline.text()).toContain('request_median');
    phone.tap('复制结果');
    await waitFor('it was copied', () => phone.handset.clipboard.includes('与问诊盒同一网段: 是'));
    await phone.miniapp.back();
    phone.tap('继续刚才的问诊');
    await consultation.bothSee();
  });
});
