import { expect, test } from 'bun:test';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { chooseAddress, eligibleAddresses, type InterfaceAddress } from './addresses.ts';
import { waitForFreePorts } from './ports.ts';
import { NetworkWatcher } from './watcher.ts';

const at = (name: string, address: string, defaultRoute = false): InterfaceAddress => ({
  interface: name,
  address,
  prefixLength: 24,
  mac: '52:54:00:12:34:56',
  defaultRoute,
});
const lo = at('lo', '127.0.0.1');
const eth = at('eth0', '192.168.1.20', true);

test.each([
  [[lo, eth], '192.168.1.20', 'the only LAN address'],
  [
    [lo, at('docker0', '172.17.0.1'), at('wg0', '10.9.0.2', true), at('wlan0', '10.0.0.5')],
    '10.0.0.5',
    'the only LAN address',
  ],
  [[at('eth1', '10.0.0.5'), eth], '192.168.1.20', 'its interface has the default route'],
  [[at('eth1', '8.8.4.4'), at('eth2', '172.20.0.9')], '172.20.0.9', 'the first one in a private range'],
] as const)('chooses among %j', (found, address, reason) => {
  const view = chooseAddress([...found], 'auto', null);
  expect(view.chosen?.address).toBe(address);
  expect(view.reason).toBe(reason);
});

test('says why there is none', () => {
  const view = chooseAddress([lo, at('eth0', '169.254.3.4')], 'auto', null);
  expect(view.chosen).toBeNull();
  expect(view.reason).toContain('no LAN address');
  expect(view.addresses.map((each) => each.reason)).toEqual([
    'loopback',
    'link-local: no DHCP server answered',
  ]);
});

test('a setting overrides, and says so when it is not an address of this machine', () => {
  expect(chooseAddress([lo, eth], '127.0.0.1', null).chosen?.address).toBe('127.0.0.1');
  expect(chooseAddress([lo, eth], '10.1.1.1', null).reason).toContain('10.1.1.1');
});

test('the chosen address stays when another appears, and stands first', () => {
  const view = chooseAddress([at('eth1', '10.0.0.5', true), eth], 'auto', '192.168.1.20');
  expect(eligibleAddresses(view)).toEqual(['192.168.1.20', '10.0.0.5']);
});

test('a change counts only when it lasts; a first address counts at once', () => {
  let found = [eth];
  const seen: (string | null)[] = [];
  const watcher = new NetworkWatcher({ read: () => found, wanted: 'auto', settle: 3000 });
  watcher.onChange((view) => seen.push(view.chosen?.address ?? null));
  found = [];
  watcher.check(0);
  watcher.check(2000);
  found = [eth];
  watcher.check(2500);
  found = [];
  watcher.check(3000);
  watcher.check(5900);
  expect(seen).toEqual([]);
  watcher.check(6000);
  expect(seen).toEqual([null]);
  found = [at('eth0', '10.0.0.7')];
  watcher.check(6100);
  expect(seen).toEqual([null, '10.0.0.7']);
});

test('a busy port of either protocol is named with its setting; a number free for one may be busy for the other', async () => {
  const host = '127.0.0.1';
  const udp = createSocket('udp4');
  udp.bind(0, host);
  await once(udp, 'listening');
  const { port } = udp.address();
  await waitForFreePorts([{ setting: 'a.port', protocol: 'TCP', port, host }]);
  const tcp = createServer().listen(port, host);
  await once(tcp, 'listening');
  try {
    const both = (['TCP', 'UDP'] as const).map((protocol) => ({ setting: 'a.port', protocol, port, host }));
    await expect(waitForFreePorts(both, 0)).rejects.toThrow(
      `another program uses TCP port ${port} (setting a.port), UDP port ${port} (setting a.port): end it`,
    );
  } finally {
    tcp.close();
    udp.close();
  }
  await once(tcp, 'close');
  await waitForFreePorts([{ setting: 'a.port', protocol: 'UDP', port, host }]);
});

test('a port that becomes free while it is waited for is no problem', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const waiting = waitForFreePorts([{ setting: 'a.port', protocol: 'UDP', port, host: '127.0.0.1' }], 60_000);
  socket.close();
  await waiting;
});
