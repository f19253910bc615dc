/** Run by address-change.test.ts inside a namespace with two interfaces; prints each step that held. */
import { connect } from 'node:tls';
import type { EngineName } from '../../server/media/contract.ts';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { must } from '../tools/namespace.ts';
import { waitFor } from '../tools/wait.ts';

const engine = process.argv[2] as EngineName;
/** The page's own way to the box stays: what changes is the address that the QR code and ICE use. */
const stable = '10.88.0.2';
/** A change must last this long before anything follows, seconds; a flap is shorter. */
const settle = 2;
/**
 * From the change until the page has its new sessions, ms: the phone's stream begins anew first. By itself the page
 * notices after more than 7 s.
 */
const reconnectLimit = 6000;

function setAddress(device: string, address: string): void {
  must('ip', 'addr', 'flush', 'dev', device);
  must('ip', 'addr', 'add', `${address}/24`, 'dev', device);
}

function setMainAddress(address: string): void {
  setAddress('lan0', address);
  must('ip', 'route', 'replace', 'default', 'dev', 'lan0');
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
setMainAddress('10.77.1.5');

const box = await Box.start({
  engine,
  host: stable,
  settings: { CONSULTBOX_NETWORK_ADDRESS: 'auto', CONSULTBOX_NETWORK_SETTLE: String(settle) },
});
const browser = await launchChromium();

/** The doctor's publishing session and playing session, as the media server names them. */
async function sessions(id: string): Promise<{ publishing: string; playing: string } | null> {
  const paths = await box.mediaPaths();
  const publishing = paths.find(({ name }) => name === `${id}/doctor`)?.source?.id;
  const readers = paths.find(({ name }) => name === `${id}/patient_opus`)?.readers ?? [];
  const playing = readers.find(({ type }) => type === 'webRTCSession')?.id;
  return publishing === undefined || playing === undefined ? null : { publishing, playing };
}

try {
  const open = await box.create();
  if (!open.pairing?.url.startsWith('http://10.77.1.5:')) throw new Error(`QR code: ${open.pairing?.url}`);
  console.log('the address with the default route is chosen');

  const consultation = await RunningConsultation.begin(box, browser, { phoneHost: stable });
  const { id } = consultation;
  const before = await waitFor('both sessions', () => sessions(id));

  must('ip', 'addr', 'flush', 'dev', 'lan0');
  // The length of a flap: seen by the box, which looks twice a second, and shorter than `settle`.
  await Bun.sleep(1100);
  setMainAddress('10.77.1.5');
  // Longer than `settle`: what would follow has followed.
  await consultation.pictureMoves();
  await consultation.pictureMoves();
  const after = await sessions(id);
  if (!Bun.deepEquals(after, before))
    throw new Error(`${JSON.stringify([before, after])}\n${box.log().slice(-2000)}`);
  console.log('an address that is back soon changes nothing: the same WebRTC sessions go on');

  setMainAddress('10.77.2.9');
  await waitFor(
    'the QR code',
    async () => (await box.view(open.id)).pairing?.url.startsWith('http://10.77.2.9:'),
    { interval: 20 },
  );
  const changed = performance.now();
  console.log('a change is followed by the QR code');
  await waitFor(
    'new sessions',
    async () => {
      const now = await sessions(id);
      return now !== null && now.publishing !== before.publishing && now.playing !== before.playing;
    },
    { interval: 20 },
  );
  const took = performance.now() - changed;
  if (took > reconnectLimit) throw new Error(`the page has new sessions only after ${Math.round(took)} ms`);
  console.log('the page made new sessions at once');
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
  console.log('both see each other');
  await consultation.stop();

  must('ip', 'addr', 'flush', 'dev', 'lan0');
  must('ip', 'addr', 'flush', 'dev', 'lan1');
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
