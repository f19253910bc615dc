/** Run by ice-blocked.test.ts inside a namespace: the firewall really drops ICE. Prints each step that held. */
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { neighbourOf } from '../tools/consultation.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { must } from '../tools/namespace.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone } from '../tools/wechat/phone.ts';

const engine = process.argv[2] as EngineName;
const address = '10.88.0.2';

must('ip', 'addr', 'add', `${address}/24`, 'dev', 'lan0');
must('ip', 'route', 'replace', 'default', 'dev', 'lan0');
const box = await Box.start({ engine, host: address, settings: { CONSULTBOX_NETWORK_ADDRESS: 'auto' } });
const browser = await launchChromium();

function dropIce(): void {
  must('nft', 'add', 'table', 'inet', 'firewall');
  must('nft', 'add', 'chain', 'inet', 'firewall', 'input', '{ type filter hook input priority 0 ; }');
  for (const protocol of ['udp', 'tcp']) {
    for (const end of ['dport', 'sport']) {
      must(
        'nft',
        'add',
        'rule',
        'inet',
        'firewall',
        'input',
        protocol,
        end,
        String(box.ports.ice),
        'counter',
        'drop',
      );
    }
  }
}

/** How many packets the firewall has dropped. */
function dropped(): number {
  const { stdout } = Bun.spawnSync(['nft', 'list', 'table', 'inet', 'firewall']);
  return [...stdout.toString().matchAll(/packets (\d+)/g)].reduce(
    (sum, [, packets]) => sum + Number(packets),
    0,
  );
}

const doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
const phone = new TestPhone({ tone: 500, wifi: neighbourOf(address) });
try {
  dropIce();
  await doctor.signIn();
  const id = await doctor.start();
  const { pairing } = await box.view(id);
  await phone.join(pairing?.url ?? '');
  await doctor.sees('player-mode', 'HLS 备用，延迟数秒');
  // HLS may stand still for a moment when it begins on a busy machine.
  await waitFor('the patient is seen and heard', async () => {
    const { width, height, differentFrames, frequency } = await doctor.watch();
    return width === 480 && height === 640 && differentFrames > 3 && Math.abs(frequency - 500) <= 35;
  });
  if (dropped() === 0) throw new Error('the firewall had nothing to drop');
  console.log('the doctor sees and hears the patient by HLS, and the page says so');

  const said = await doctor.meets('ice_blocked');
  for (const text of ['视频数据到不了问诊盒，可能被防火墙拦住了。', '请让网管放行']) {
    if (!said.includes(text)) throw new Error(said);
  }
  console.log('the page says that the doctor’s picture is blocked, and what to do');

  must('nft', 'delete', 'table', 'inet', 'firewall');
  await doctor.sees('publish-status', '🟢 推流中');
  await waitFor('it is being published', async () => (await box.view(id)).doctor.publishing);
  await doctor.isWell();
  console.log('without the block the doctor’s picture is sent, and nothing is said any more');
  await doctor.sees('player-mode', '实时 WebRTC');
  const live = await doctor.watch();
  if (live.differentFrames <= 5) throw new Error(JSON.stringify(live));
  console.log('and the patient comes by WebRTC again');
} finally {
  phone.stop();
  await browser.close();
  await box.stop();
}
