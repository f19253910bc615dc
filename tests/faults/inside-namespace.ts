/** Run by address-change.test.ts inside a namespace with two interfaces; prints each step that held. */
import { connect } from 'node:tls';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { waitFor } from '../tools/wait.ts';

const engine = process.argv[2] as EngineName;
/** The page's own way to the box stays: what changes is the address that the QR code and ICE use. */
const stable = '10.88.0.2';

function ip(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(['ip', ...args]);
  if (exitCode !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

function setAddress(device: string, address: string): void {
  ip('addr', 'flush', 'dev', device);
  ip('addr', 'add', `${address}/24`, 'dev', device);
}

function certificateNames(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subjectaltname ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

setAddress('lan1', stable);
setAddress('lan0', '10.77.1.5');
ip('route', 'replace', 'default', 'dev', 'lan0');

const box = await Box.start({
  engine,
  host: stable,
  settings: { CONSULTBOX_NETWORK_ADDRESS: 'auto', CONSULTBOX_NETWORK_SETTLE: '1' },
});
const browser = await launchChromium();
try {
  const open = await box.create();
  if (!open.pairing?.url.startsWith('http://10.77.1.5:')) throw new Error(`QR code: ${open.pairing?.url}`);
  console.log('the address with the default route is chosen');

  const consultation = await RunningConsultation.begin(box, browser, `${box.clinicUrl}/`, stable);
  setAddress('lan0', '10.77.2.9');
  ip('route', 'replace', 'default', 'dev', 'lan0');

  await waitFor('the QR code', async () =>
    (await box.view(open.id)).pairing?.url.startsWith('http://10.77.2.9:'),
  );
  console.log('a change is followed by the QR code');
  await waitFor('the certificate', async () =>
    (await certificateNames(stable, box.ports.https)).includes('10.77.2.9'),
  );
  console.log('a change is followed by the certificate');
  await waitFor('the media server', async () => {
    const answer = await fetch(`http://127.0.0.1:${box.ports.control}/v3/config/global/get`);
    const { webrtcAdditionalHosts } = (await answer.json()) as { webrtcAdditionalHosts: string[] };
    return webrtcAdditionalHosts.includes('10.77.2.9') && !webrtcAdditionalHosts.includes('10.77.1.5');
  });
  console.log('a change is followed by the media server');
  await consultation.bothSee();
  console.log('the page reconnected and both see each other');
  await consultation.stop();

  ip('addr', 'flush', 'dev', 'lan0');
  ip('addr', 'flush', 'dev', 'lan1');
  const readiness = () => fetch(`http://127.0.0.1:${box.ports.http}/readyz`);
  await waitFor('it says that there is no address', async () => {
    const answer = await readiness();
    return answer.status === 503 && (await answer.text()).includes('no LAN address');
  });
  console.log('without any address the box runs and says so');
  setAddress('lan0', '10.77.3.1');
  await waitFor('it is ready again', async () => (await readiness()).ok);
  console.log('with an address again it recovers by itself');
} finally {
  await browser.close();
  await box.stop();
}
