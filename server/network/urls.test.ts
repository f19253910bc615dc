import { expect, test } from 'bun:test';
import { clinicUrl, entryUrl, leadUrl } from './urls.ts';

const host = '192.168.1.20';
const ports = (http: number, https: number, publicHttp = 0, publicHttps = 0) => ({
  http: { port: http, publicPort: publicHttp },
  https: { port: https, publicPort: publicHttps },
});

test.each([
  [ports(8080, 8443), 'http://192.168.1.20:8080/', 'https://192.168.1.20:8443/'],
  [ports(8080, 443, 80), 'http://192.168.1.20/', 'https://192.168.1.20/'],
  [ports(8080, 8443, 80, 443), 'http://192.168.1.20/', 'https://192.168.1.20/'],
  [ports(80, 9443, 81), 'http://192.168.1.20:81/', 'https://192.168.1.20:9443/'],
  // The other scheme's port is nothing that a browser would guess.
  [ports(443, 80), 'http://192.168.1.20:443/', 'https://192.168.1.20:80/'],
])('the port is left out where the scheme has it anyway: %j', (settings, lead, clinic) => {
  expect(leadUrl(settings, host)).toBe(lead);
  expect(clinicUrl(settings, host)).toBe(clinic);
});

test('the code for doctors carries the set-up code behind #, while there is one', () => {
  expect(entryUrl(ports(8080, 8443, 80), host, 'K7PM-4XQ9')).toBe('http://192.168.1.20/#setup=K7PM-4XQ9');
});
