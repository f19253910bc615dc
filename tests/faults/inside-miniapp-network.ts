/** Run by miniapp-network.test.ts inside a namespace: the phone's way to the box is really cut. Prints each step that held. */
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { neighbourOf, RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { must } from '../tools/namespace.ts';
import { waitFor } from '../tools/wait.ts';
import { TestPhone } from '../tools/wechat/phone.ts';

const engine = process.argv[2] as EngineName;
/** The phone's way and the page's way to the box; only the first is cut. */
const [forPhones, forDoctors] = ['10.88.0.2', '10.99.0.2'] as const;

must('ip', 'addr', 'replace', `${forPhones}/24`, 'dev', 'lan0');
must('ip', 'route', 'replace', 'default', 'dev', 'lan0');
must('ip', 'addr', 'replace', `${forDoctors}/24`, 'dev', 'lan1');

const box = await Box.start({
  engine,
  host: forDoctors,
  settings: { CONSULTBOX_NETWORK_ADDRESS: forPhones },
});
const browser = await launchChromium();

/** A table of the firewall in which packets to and from the phone can be dropped. */
function firewall(): void {
  must('nft', 'add', 'table', 'inet', 'cut');
  must('nft', 'add', 'chain', 'inet', 'cut', 'input', '{ type filter hook input priority 0 ; }');
}

/** Nothing comes through any more, in either direction, and nobody is told. */
function cut(): void {
  firewall();
  const ports = `{ ${box.ports.http}, ${box.ports.rtmp} }`;
  for (const [address, port] of [
    ['daddr', 'dport'],
    ['saddr', 'sport'],
  ] as const) {
    must('nft', `add rule inet cut input ip ${address} ${forPhones} tcp ${port} ${ports} drop`);
  }
}

/** The phone's stream does not get through faster than 120 kbit/s. */
function narrow(): void {
  firewall();
  // As on a Wi-Fi: lo's own packets have 64 KiB, and whoever drops one of them drops half a second.
  must('ip', 'link', 'set', 'lo', 'mtu', '1500', 'gso_max_segs', '1');
  const stream = `ip daddr ${forPhones} tcp dport ${box.ports.rtmp} meta length > 100`;
  must('nft', `add rule inet cut input ${stream} limit rate over 15 kbytes/second burst 16 kbytes drop`);
}

const mend = () => must('nft', 'delete', 'table', 'inet', 'cut');

let consultation: RunningConsultation | null = null;
const late = new TestPhone({ wifi: neighbourOf(forPhones) });
try {
  consultation = await RunningConsultation.begin(box, browser, { phoneHost: forPhones });
  const { id, phone } = consultation;
  console.log('both see each other');

  cut();
  phone.networkLost();
  await phone.reads('手机没有网络了');
  mend();
  phone.networkBack();
  await consultation.bothSee();
  console.log('the Wi-Fi goes and comes back, and the phone knows it');

  cut();
  // Neither component hears of it: what they send and wait for is lost.
  await phone.reads(/正在重新|网络有点慢/);
  await waitFor('the pusher tries again by itself', () => phone.pusher.codes.includes(1102));
  await waitFor('the player tries again by itself', () => phone.player.codes.includes(2103));
  mend();
  await consultation.bothSee();
  await waitFor('all is well again', () => !/正在重新|网络有点慢/.test(phone.text()));
  if ((await box.view(id)).state !== 'live') throw new Error('it is not live any more');
  console.log('the way is cut and mended, and nobody is told');

  narrow();
  await phone.reads('网络有点慢，请靠近路由器。');
  await waitFor('the doctor is told', async () => (await box.view(id)).phoneNetwork.push?.level === 'poor');
  mend();
  await waitFor('it is said no more', () => !phone.text().includes('网络有点慢'));
  await waitFor('nor to the doctor', async () => (await box.view(id)).phoneNetwork.push?.level !== 'poor');
  await consultation.bothSee();
  console.log('a network that is too slow is said, for as long as it is');

  const { pairing } = await box.create();
  cut();
  await late.scan(pairing?.url ?? '');
  await late.reads('Wi-Fi 连对了，但是被路由器拦住了。');
  mend();
  await late.isAskedToAgree();
  console.log('who scans while the way is cut is told of the router, and gets in by itself afterwards');
} finally {
  late.stop();
  await consultation?.stop();
  await browser.close();
  await box.stop();
}
