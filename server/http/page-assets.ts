/** What the pages load beside themselves: scripts and styles, kept by browsers for a day. */
import { join } from 'node:path';
import { staticPlugin } from '@elysiajs/static';
import { Elysia } from 'elysia';

const scriptHeaders = {
  'Content-Type': 'text/javascript; charset=utf-8',
  'Cache-Control': 'no-cache',
};

/** `/assets/…` of a listener. @param uiDir the built pages */
export function pageAssets(uiDir: string) {
  const assets = join(uiDir, 'assets');
  return (
    new Elysia()
      .use(
        staticPlugin({
          assets,
          prefix: '/assets',
          alwaysStatic: true,
          maxAge: 86_400,
          ignorePatterns: [/old-browser\.js$/],
        }),
      )
      // Its name carries no hash: kept for a day, an old browser would run yesterday's after an update.
      .get(
        '/assets/old-browser.js',
        () => new Response(Bun.file(join(assets, 'old-browser.js')), { headers: scriptHeaders }),
        { detail: { hide: true } },
      )
  );
}
