/** Nothing is open by accident: every socket of every process of the box, at rest and while a consultation runs. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { RunningConsultation } from '../tools/consultation.ts';
import { launchChromium } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { descendants, type OpenPort, openPorts } from '../tools/process-tree.ts';

const nameOf = ({ protocol, address, port }: OpenPort) => `${protocol} ${address}:${port}`;

onEachEngine('open ports', (engine) => {
  let box: Box;
  let browser: Browser;

  beforeAll(async () => {
    box = await Box.start({ engine });
    browser = await launchChromium();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await box?.stop();
  });

  /** Each bound to where it belongs. */
  function intended(): string[] {
    const { ports } = box;
    const lan = (protocol: OpenPort['protocol'], port: number) => nameOf({ protocol, address: '*', port });
    const local = (port: number) => nameOf({ protocol: 'tcp', address: '127.0.0.1', port });
    return [
      ...[lan('tcp', ports.http), lan('tcp', ports.https), lan('tcp', ports.rtmp), lan('udp', ports.ice)],
      // The embedded engine's ICE has UDP alone.
      ...(engine === 'mediamtx' ? [lan('tcp', ports.ice)] : []),
      ...[local(ports.internal), local(ports.control), local(ports.metrics)],
      ...[local(ports.rtsp), local(ports.hls), local(ports.webrtc)],
    ].toSorted();
  }

  /** @param atLeast processes, or the look was too early */
  function open(atLeast: number): string[] {
    const pids = [box.pid, ...descendants(box.pid)];
    expect(pids.length).toBeGreaterThanOrEqual(atLeast);
    return [...new Set(openPorts(pids).map(nameOf))].toSorted();
  }

  test('at rest: only the intended ones, each bound to where it belongs', () => {
    // The embedded engine opens ICE's port with its first session.
    const optional =
      engine === 'embedded' ? [nameOf({ protocol: 'udp', address: '*', port: box.ports.ice })] : [];
    const present = open(2);
    expect(intended().filter((name) => present.includes(name) || !optional.includes(name))).toEqual(present);
  });

  test('while a consultation runs: no others', async () => {
    const consultation = await RunningConsultation.begin(box, browser);
    try {
      // The supervisor, the media server, and FFmpeg in both directions.
      const present = open(4);
      expect(present).toEqual(expect.arrayContaining(intended()));
      const others = present.filter((name) => !intended().includes(name));
      if (engine === 'embedded') expect(others).toEqual([]);
      else expectResolver(others);
    } finally {
      await consultation.stop();
    }
  });
});

/**
 * MediaMTX's WebRTC library asks the LAN for the `.local` names that browsers give as their addresses. It only asks:
 * it has no names of its own to tell. For that each session has a socket on mDNS' port and two that take answers;
 * no setting of MediaMTX turns it off.
 */
function expectResolver(others: string[]): void {
  const answers = others.filter((name) => name !== 'udp *:5353');
  expect(answers.every((name) => name.startsWith('udp *:'))).toBe(true);
  // One session publishes, one plays; a page that reconnects has one more for a moment.
  expect(answers.length).toBeLessThanOrEqual(6);
}
