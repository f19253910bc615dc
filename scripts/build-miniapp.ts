/** `bun run miniapp:build`: the mini-program as a folder for WeChat's developer tools. */
import { messageOf } from '../server/errors.ts';
import { version } from '../server/version.ts';
import { buildMiniapp, kilobytes, packageLimit } from './miniapp/build.ts';
import { readOptions } from './miniapp/options.ts';

try {
  const options = readOptions(process.argv.slice(2), version);
  const { outdir, files, bytes } = await buildMiniapp(options);
  console.log(`${outdir}: ${files} files, ${kilobytes(bytes)} of at most ${kilobytes(packageLimit)}`);
  console.log(`AppID: ${options.appId === '' ? 'none (--appid; only to look at it)' : options.appId}`);
  console.log('Open the folder in WeChat’s developer tools: 导入项目 → this folder.');
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
