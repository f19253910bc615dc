import { expect, test } from 'bun:test';
import { redactSecrets } from './redact.ts';

const secret = 'k9-SECRET_value.0123456789abcdef';

test.each([
  `rtsp://127.0.0.1:8554/id/doctor?token=${secret}: 404 Not Found`,
  `rtmp://127.0.0.1/id/patient?a=b&token=${secret}&c=d`,
  `opening 'rtmp://192.168.1.20:1935/id/patient?token=${secret}' for reading`,
  `Authorization: Bearer ${secret}`,
  `authorization: bearer ${secret}`,
  `{"authorization":"Bearer ${secret}","x":1}`,
  `POST /api/pairings/${secret}/redeem 410`,
  `GET http://192.168.1.20:8080/p/${secret}?from=wechat`,
  `GET http://192.168.1.20:8080/p/${secret}`,
  `?jwt=${secret}&password=${secret}&pass=${secret}`,
  `resumeToken=${secret}`,
  `two: token=${secret} and Bearer ${secret}\nand /p/${secret}`,
])('nothing of a secret is left in %j', (line) => {
  const kept = redactSecrets(line);
  expect(kept).not.toContain('SECRET');
  expect(kept).not.toContain('0123456789');
  expect(kept).toContain('…');
});

test('what stands around a secret stays, so that a line can still be understood', () => {
  expect(redactSecrets(`rtmp://127.0.0.1/id/patient?a=b&token=${secret}&c=d`)).toBe(
    'rtmp://127.0.0.1/id/patient?a=b&token=…&c=d',
  );
  expect(redactSecrets(`POST /api/pairings/${secret}/redeem 410`)).toBe('POST /api/pairings/…/redeem 410');
  expect(redactSecrets(`{"authorization":"Bearer ${secret}","x":1}`)).toBe(
    '{"authorization":"Bearer …","x":1}',
  );
  const plain = 'frame=30 fps=29.97 /api/consultations/abc/pairing keyframe=1 /opt/p4/x';
  expect(redactSecrets(plain)).toBe(plain);
});
