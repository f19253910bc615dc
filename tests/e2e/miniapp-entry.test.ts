/** Getting in: each code, network and permission that is not as it should be has its sentence, and its way out leads in. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { Box } from '../tools/box.ts';
import { freePorts } from '../tools/ports.ts';
import { waitFor } from '../tools/wait.ts';
import { type PhoneOptions, TestPhone } from '../tools/wechat/phone.ts';

let box: Box;
const phones: TestPhone[] = [];

beforeAll(async () => {
  box = await Box.start({
    engine: 'embedded',
    settings: {
      CONSULTBOX_CLINIC_NAME: '阳光诊所',
      CONSULTBOX_CLINIC_TELEPHONE: '010-12345678',
      CONSULTBOX_CLINIC_WIFI: 'clinic 5G',
    },
  });
}, 120_000);

afterEach(() => {
  for (const phone of phones.splice(0)) phone.stop();
});

afterAll(() => box?.stop());

function newPhone(options: PhoneOptions = {}): TestPhone {
  const phone = new TestPhone(options);
  phones.push(phone);
  return phone;
}

/** A fresh consultation. */
async function begin(label?: string): Promise<{ id: string; code: string }> {
  const { id, pairing } = await box.create(label);
  return { id, code: pairing?.url ?? '' };
}

/** The same code, at another place of the network. */
function at(host: string, code: string): string {
  const url = new URL(code);
  url.host = host;
  return url.href;
}

describe('codes', () => {
  test('what is no code of ours', async () => {
    const phone = newPhone();
    await phone.scan('https://example.com/menu');
    await phone.reads('这不是就诊的二维码。');
    const { code } = await begin();
    await phone.scan(code);
    await phone.isAskedToAgree();
  });

  test('a code that nobody knows, one that was used, one that was replaced', async () => {
    const { id, code } = await begin();
    const phone = newPhone();
    await phone.scan(code.replace(/\/p\/[^?]+/, '/p/nobodyknowsthiscode1234'));
    await phone.reads('诊所不认识这个二维码。');
    const { pairing } = (await (await box.post(`/api/consultations/${id}/pairing`)).json()) as Awaited<
      ReturnType<Box['create']>
    >;
    await phone.scan(code);
    await phone.reads('医生换了新的二维码。');
    const other = newPhone();
    await other.scan(pairing?.url ?? '');
    await other.isAskedToAgree();
    await phone.scan(pairing?.url ?? '');
    await phone.reads('这个二维码已经用过了。');
    expect(phone.text()).toContain('请医生按“再扫一次”');
  });

  test('a code that was too old', async () => {
    const hasty = await Box.start({
      engine: 'embedded',
      settings: { CONSULTBOX_CONSULTATIONS_TOKEN_LIFE: '1' },
    });
    try {
      const { id, pairing } = await hasty.create();
      await waitFor('it has expired', async () => (await hasty.view(id)).pairing === null);
      const phone = newPhone();
      await phone.scan(pairing?.url ?? '');
      await phone.reads('这个二维码过期了。');
      phone.stop();
    } finally {
      await hasty.stop();
    }
  });

  test('opened by WeChat’s scanner, by a path, and again: the same code goes on', async () => {
    const { id, code } = await begin('王阿姨');
    const phone = newPhone();
    await phone.openByLink(code);
    await phone.reads('王阿姨');
    phone.destroy();
    const token = new URL(code).pathname.split('/').at(-1);
    await phone.open(`pages/consultation/consultation?b=127.0.0.1:${box.ports.http}&p=${token}`);
    await phone.reads('王阿姨');
    phone.tap('不是我');
    await phone.reads('请把手机给诊所的人看。');
    expect((await box.view(id)).left).toBe('not_me');
  });

  test('who does not agree is told so, and may change his mind', async () => {
    const { id, code } = await begin();
    const phone = newPhone();
    await phone.scan(code);
    await phone.isAskedToAgree();
    phone.tap('不同意');
    await phone.reads('不同意就不能开始视频问诊。');
    await waitFor('the doctor knows', async () => (await box.view(id)).left === 'disagreed');
    phone.tap('再试一次');
    await phone.agree();
    await waitFor('it is agreed', async () => (await box.view(id)).consent !== null);
    expect((await box.view(id)).left).toBeNull();
  });

  test('another phone takes the consultation over', async () => {
    const { id, code } = await begin();
    const first = newPhone();
    await first.join(code);
    await box.post(`/api/consultations/${id}/pairing`);
    const second = newPhone();
    await second.join((await box.view(id)).pairing?.url ?? '');
    await first.reads('这次问诊换到了另一部手机上。');
    expect(first.components.pusher).toBeNull();
    await waitFor('the second pushes', () => second.handset.toasts.includes('推流成功'));
  });

  test('ended while the phone was in a pocket: the advice all the same', async () => {
    const { id, code } = await begin();
    const phone = newPhone();
    await phone.join(code);
    phone.background();
    phone.destroy();
    await box.clinic(`/api/consultations/${id}/advice`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: '按时吃药' }),
    });
    await box.post(`/api/consultations/${id}/end`);
    await phone.open();
    await phone.reads('按时吃药');
  });
});

describe('networks', () => {
  test('no Wi-Fi: goes on by itself once there is', async () => {
    const { code } = await begin();
    const phone = newPhone();
    const wifi = phone.handset.connection;
    phone.connect({ kind: '4g' });
    await phone.scan(code);
    await phone.reads('手机没有连上 Wi-Fi。');
    expect(phone.text()).toContain('连上 Wi-Fi“clinic 5G”');
    phone.connect(wifi);
    await phone.isAskedToAgree();
  });

  test('another network than the clinic’s, whose name the code has', async () => {
    const { code } = await begin();
    const phone = newPhone({ wifi: { address: '192.168.31.77', netmask: '255.255.255.0' } });
    await phone.scan(code);
    await phone.reads('手机连的不是诊所的 Wi-Fi。');
    expect(phone.text()).toContain('换成 Wi-Fi“clinic 5G”');
    phone.tap('打电话给诊所');
    expect(phone.handset.dialled).toEqual(['010-12345678']);
    phone.connect({ kind: 'wifi', address: '127.0.0.77', netmask: '255.0.0.0' });
    await phone.isAskedToAgree();
  });

  test('the same network, but the router hands nothing on', async () => {
    const { code } = await begin();
    const phone = newPhone();
    phone.handset.isolated = true;
    await phone.scan(code);
    await phone.reads('还在连接，请稍等。');
    await phone.reads('Wi-Fi 连对了，但是被路由器拦住了。');
    expect(phone.text()).toContain('路由器开了访客网络或AP隔离');
    expect(phone.text()).toContain('打电话给诊所');
    phone.handset.isolated = false;
    phone.tap('再试一次');
    await phone.isAskedToAgree();
  });

  for (const language of ['zh_CN', 'en'] as const) {
    test(`an iPhone in ${language} whose owner refused the local network, then allowed it`, async () => {
      const { code } = await begin();
      const phone = newPhone({ platform: 'ios', language });
      phone.handset.localNetwork = false;
      await phone.scan(code);
      await phone.reads(language === 'en' ? 'Local Network' : '手机没有允许微信使用“本地网络”。');
      phone.background();
      phone.handset.localNetwork = true;
      phone.foreground();
      await phone.isAskedToAgree();
    });
  }

  test('an iPhone asks for the local network while the box is being reached: allowed, it goes on by itself', async () => {
    const { code } = await begin();
    const phone = newPhone({ platform: 'ios' });
    phone.handset.localNetwork = false;
    await phone.scan(code);
    await phone.reads('请点“允许”');
    phone.handset.localNetwork = true;
    await phone.isAskedToAgree();
    expect(phone.text()).not.toContain('没有允许');
  });

  for (const platform of ['android', 'ios'] as const) {
    test(`the box is off: said on ${platform}, and asked again by itself`, async () => {
      const { code } = await begin();
      const [closed = 0] = await freePorts(1);
      const phone = newPhone({ platform });
      await phone.scan(at(`127.0.0.1:${closed}`, code));
      await phone.reads('诊所的问诊设备没有回应。');
      const proxy = Bun.serve({
        port: closed,
        fetch: (request) => fetch(at(`127.0.0.1:${box.ports.http}`, request.url), request),
      });
      try {
        await phone.isAskedToAgree();
      } finally {
        await proxy.stop(true);
      }
    });
  }
});

describe('permissions', () => {
  const scan = async (phone: TestPhone) => {
    const { id, code } = await begin();
    await phone.scan(code);
    await phone.isAskedToAgree();
    phone.tap('我同意');
    await phone.reads('需要您允许');
    phone.tap('好，去允许');
    return id;
  };
  const pushes = (phone: TestPhone) => waitFor('it pushes', () => phone.handset.toasts.includes('推流成功'));

  for (const [scope, sentence, switchName] of [
    ['scope.camera', '相机没有允许，医生看不到您。', '摄像头'],
    ['scope.record', '麦克风没有允许，医生听不到您。', '麦克风'],
  ] as const) {
    test(`${scope} refused: WeChat’s settings and back`, async () => {
      const phone = newPhone();
      phone.handset.answers[scope] = false;
      await scan(phone);
      await phone.reads(sentence);
      expect(phone.text()).toContain(`打开“${switchName}”`);
      // Looks and changes nothing.
      phone.tap('去打开权限');
      await phone.reads(sentence);
      phone.handset.turnsOn = [scope];
      phone.tap('去打开权限');
      await pushes(phone);
    });
  }

  test('both refused: one after the other', async () => {
    const phone = newPhone();
    phone.handset.answers['scope.camera'] = false;
    phone.handset.answers['scope.record'] = false;
    await scan(phone);
    await phone.reads('相机没有允许，医生看不到您。');
    phone.handset.turnsOn = ['scope.camera'];
    phone.tap('去打开权限');
    await phone.reads('麦克风没有允许，医生听不到您。');
    phone.handset.turnsOn = ['scope.record'];
    phone.tap('去打开权限');
    await pushes(phone);
  });

  test('the phone’s own settings forbid the camera: there and back', async () => {
    const phone = newPhone();
    phone.handset.system.camera = false;
    await scan(phone);
    await phone.reads('手机没有允许微信使用相机。');
    phone.tap('去打开权限');
    await waitFor('the phone’s settings are open', () => phone.handset.hidden);
    phone.handset.system.camera = true;
    phone.foreground();
    await pushes(phone);
  });

  test('the privacy notice refused, then agreed to', async () => {
    const phone = newPhone();
    phone.handset.answers.privacy = false;
    await scan(phone);
    await phone.reads('您没有同意微信的隐私提示。');
    expect(phone.text()).not.toContain('去打开权限');
    phone.handset.answers.privacy = true;
    phone.tap('再试一次');
    await pushes(phone);
  });

  test('taken away in mid-consultation', async () => {
    const phone = newPhone();
    await scan(phone);
    await pushes(phone);
    phone.background();
    phone.handset.grants.set('scope.record', false);
    phone.foreground();
    await phone.reads('麦克风没有允许，医生听不到您。');
    phone.handset.turnsOn = ['scope.record'];
    phone.tap('去打开权限');
    await waitFor('it pushes again', () => phone.components.pusher?.codes.includes(1002));
  });
});
