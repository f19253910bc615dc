/** What was allowed a moment ago and is not any more: it ends, whether or not it was visible then. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { PhoneAdmission } from '../../server/consultations/phone-protocol.ts';
import { Box } from '../tools/box.ts';
import { onEachEngine } from '../tools/engines.ts';
import { SimulatedPatient } from '../tools/patient.ts';
import { waitFor } from '../tools/wait.ts';

interface Listed {
  name: string;
  source: { id: string } | null;
  readers: { id: string }[] | null;
}

onEachEngine('what is allowed no more', (engine) => {
  let box: Box;
  const patients: SimulatedPatient[] = [];

  beforeAll(async () => {
    box = await Box.start({ engine });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(patients.map((patient) => patient.stop()));
    await box?.stop();
  });

  async function paths(id: string): Promise<Listed[]> {
    const answer = await fetch(`http://127.0.0.1:${box.ports.control}/v3/paths/list`);
    const { items } = (await answer.json()) as { items: Listed[] };
    return items.filter(({ name, source, readers }) => name.startsWith(id) && (source || readers?.length));
  }

  async function join(): Promise<{ id: string; patient: SimulatedPatient }> {
    const { id, pairing } = await box.create();
    const patient = new SimulatedPatient(pairing?.url ?? '');
    patients.push(patient);
    await patient.join();
    return { id, patient };
  }

  test('a push that begins while the consultation ends does not outlive it', async () => {
    const { id, patient } = await join();
    const push = patient.push();
    // MediaMTX lists an RTMP publisher two seconds after it allowed it; the connection is there before.
    await waitFor('the connection', async () => {
      const answer = await fetch(`http://127.0.0.1:${box.ports.control}/v3/rtmpconns/list`);
      if (!answer.ok) return (await paths(id)).length > 0;
      const { items } = (await answer.json()) as { items: { path: string }[] };
      return items.some(({ path }) => path === `${id}/patient`);
    });
    await box.post(`/api/consultations/${id}/end`);
    await push.exited;
    expect(await paths(id)).toEqual([]);
  });

  test('streams end within a second of the consultation', async () => {
    const { id, patient } = await join();
    const push = patient.push();
    await waitFor('both ends of the patient’s picture', async () => {
      const names = (await paths(id)).map(({ name }) => name);
      return names.includes(`${id}/patient`) && names.includes(`${id}/patient_opus`);
    });
    const asked = performance.now();
    await box.post(`/api/consultations/${id}/end`);
    await waitFor('nothing is left', async () => (await paths(id)).length === 0, { interval: 20 });
    // What the issue promises; not a measurement.
    expect(performance.now() - asked).toBeLessThan(1000);
    await push.exited;
  });

  test('another phone takes over: the former one’s push, socket and keys are worth nothing', async () => {
    const { id, patient } = await join();
    const former = patient.admission as PhoneAdmission;
    const push = patient.push();
    await waitFor('it pushes', async () => (await box.view(id)).patient.publishing);
    const socket = new WebSocket(former.eventsUrl);
    const heard: string[] = [];
    const closed = new Promise<number>((resolve) => {
      socket.onmessage = ({ data }) => heard.push(String(data));
      socket.onclose = ({ code }) => resolve(code);
      socket.onopen = () => socket.send(JSON.stringify({ resumeToken: former.resumeToken }));
    });
    await waitFor('the first snapshot', () => heard.length > 0);

    const fresh = (await (await box.post(`/api/consultations/${id}/pairing`)).json()) as {
      pairing: { url: string };
    };
    const other = new SimulatedPatient(fresh.pairing.url);
    patients.push(other);
    const admission = await other.join();
    expect(await closed).toBe(4403);
    const newKey = new URL(admission.pushUrl ?? '').searchParams.get('token') ?? 'none';
    expect(heard.join('\n')).not.toContain(newKey);
    expect(heard.at(-1)).toContain('resume_refused');
    await push.exited;
    expect(await patient.push().exited).not.toBe(0);
    other.push();
    await waitFor('the other phone pushes', async () => (await box.view(id)).patient.publishing);
  });
});
