import { expect, test } from 'bun:test';
import { redactSecrets } from './redact.ts';

const secret = 'Zm9vYmFyYmF6cXV4MTIzNA';

test.each([
  [`rtmp://127.0.0.1:1935/a/patient?token=${secret}`, 'rtmp://127.0.0.1:1935/a/patient?token=…'],
  [`a/b?x=1&token=${secret}&y=2`, 'a/b?x=1&token=…&y=2'],
  [`url='rtsp://h/a?token=${secret}'`, "url='rtsp://h/a?token=…'"],
  [`a?jwt=${secret} b?pass=${secret} c?PASSWORD=${secret}`, 'a?jwt=… b?pass=… c?PASSWORD=…'],
  [`Authorization: Bearer ${secret}`, 'Authorization: Bearer …'],
  [`authorization: bearer  ${secret}`, 'authorization: Bearer …'],
  [`GET /p/${secret} 200`, 'GET /p/… 200'],
  [`POST /api/pairings/${secret}/redeem`, 'POST /api/pairings/…/redeem'],
  [`token=${secret}\ntoken=${secret}`, 'token=…\ntoken=…'],
])('%p holds no secret any more', (line, expected) => {
  expect(redactSecrets(line)).toBe(expected);
  expect(redactSecrets(line)).not.toContain(secret);
});

test.each([
  'frame=   30 fps= 30 size=     120kB',
  '/p/short',
  'is publishing to path c7f3aa/doctor_aac',
  '/api/pairings',
])('%p stays as it is', (line) => {
  expect(redactSecrets(line)).toBe(line);
});
