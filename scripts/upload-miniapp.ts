/**
 * `bun run miniapp:upload`: builds and hands the mini-program to WeChat's console, with the operator's key.
 * `--dry-run` does everything but that.
 */
import { existsSync, readFileSync } from 'node:fs';
import { messageOf } from '../server/errors.ts';
import { version } from '../server/version.ts';
import { buildMiniapp, kilobytes } from './miniapp/build.ts';
import { checkPackage } from './miniapp/check.ts';
import { type CommandOptions, readOptions } from './miniapp/options.ts';

/** WeChat's own uploader. It brings 700 packages of 250 MB, so it is fetched by who uploads and by no one else. */
const uploader = 'miniprogram-ci@2.1.42';

/** What stands in the way of an upload, in words. */
function problems({ appId, uploadKey, version: name }: CommandOptions): string[] {
  const found: string[] = [];
  if (appId === '') found.push('no AppID: --appid wx…, or CONSULTBOX_MINIAPP_APP_ID');
  if (!/^\d+\.\d+\.\d+$/.test(name)) found.push(`--version "${name}" is not like 1.2.3`);
  if (uploadKey === '') {
    found.push(
      'no key: WeChat’s console → 开发管理 → 小程序代码上传 → 生成; then --key FILE, and this machine’s address in the white list',
    );
  } else if (!existsSync(uploadKey)) found.push(`${uploadKey}: no such file`);
  else if (!/-----BEGIN (RSA )?PRIVATE KEY-----/.test(readFileSync(uploadKey, 'utf8'))) {
    found.push(`${uploadKey}: this is no key in PEM`);
  }
  return found;
}

async function upload(options: CommandOptions): Promise<number> {
  const child = Bun.spawn(
    [
      ...[process.execPath, 'x', uploader, 'upload'],
      ...['--pp', options.outdir, '--pkp', options.uploadKey, '--appid', options.appId],
      ...['--uv', options.version, '--ud', options.description, '-r', '1'],
      ...['--use-project-config', 'true'],
    ],
    { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' },
  );
  return await child.exited;
}

try {
  const options = readOptions(process.argv.slice(2), version);
  const { outdir, files, bytes } = await buildMiniapp(options);
  console.log(`${outdir}: ${files} files, ${kilobytes(bytes)}`);
  const faults = await checkPackage(outdir);
  for (const fault of faults) console.error(`package: ${fault}`);
  const missing = problems(options);
  for (const problem of missing)
    console.error(`${options.dryRun ? 'would be missing' : 'missing'}: ${problem}`);
  if (faults.length > 0) process.exit(1);
  if (options.dryRun) {
    console.log(
      `The package is as WeChat wants it. Nothing was uploaded (--dry-run); ${uploader} would do it.`,
    );
  } else if (missing.length > 0) process.exit(1);
  else {
    const code = await upload(options);
    if (code !== 0) {
      console.error(
        `${uploader} ended with ${code}. Is the npm registry reachable, and this machine’s address in WeChat’s white list?`,
      );
      process.exit(1);
    }
  }
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
