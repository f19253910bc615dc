/** What the person at the terminal sees once the box runs. */
import qrcode from 'qrcode';
import { clinicUrl, entryUrl, leadUrl } from './network/urls.ts';
import type { Settings } from './settings/schema.ts';
import type { Supervisor } from './supervisor.ts';

/** The addresses, the QR code of the page that leads to them, what the first start needs, and what is wrong. */
export async function banner(supervisor: Supervisor, settings: Settings): Promise<string> {
  const { chosen, reason } = supervisor.network();
  const lines = [
    '',
    ...(settings.clinic.name.trim() === '' ? [] : [`  ${settings.clinic.name.trim()}`]),
    `  Consultbox runs. 视频问诊已启动。  (${supervisor.engine}: ${supervisor.engineReason})`,
    '',
  ];
  if (chosen === null) {
    lines.push(
      `  No LAN address yet: ${reason}`,
      '  没有局域网地址:请检查网线或 Wi-Fi。接好后会自动恢复。',
      '',
    );
    lines.push(`  On this machine 本机: ${clinicUrl(settings, '127.0.0.1')}`);
  } else {
    const entry = entryUrl(settings, chosen.address, supervisor.setupCode());
    lines.push(
      await qrcode.toString(entry, { type: 'terminal', small: true }),
      `  Doctor’s page 医生页面   ${clinicUrl(settings, chosen.address)}`,
      `  The QR code 二维码       ${leadUrl(settings, chosen.address)}  (${chosen.interface}: ${reason})`,
    );
  }
  const [setupCode, resetCode] = [supervisor.setupCode(), supervisor.resetCode()];
  if (setupCode !== null) {
    lines.push(`  Set-up code 设置码       ${setupCode}   (type it on the page 在页面上输入)`);
  }
  if (resetCode !== null) lines.push(`  Code for a new password 重设密码的验证码   ${resetCode}`);
  lines.push('');
  lines.push('  The browser warns once of the box’s own certificate: choose Advanced, then Proceed.');
  lines.push('  浏览器第一次会提示证书:点“高级”,再点“继续前往”。  Ctrl-C ends everything.', '');
  for (const problem of supervisor.missing) lines.push(`  !! ${problem}`);
  return lines.join('\n');
}
