/** The route tables of the three listeners, read from the apps themselves: nothing in them is called. */
import type { AnyElysia } from 'elysia';
import { type ClinicDependencies, clinicApp } from '../../server/http/clinic.ts';
import { type InternalDependencies, internalApp } from '../../server/http/internal.ts';
import { type PhoneDependencies, phoneApp } from '../../server/http/phone.ts';
import { programFiles } from '../../server/program-files.ts';

/** A route as a request asks for it. */
export interface Route {
  listener: 'clinic' | 'phone' | 'internal';
  /** `GET`, …; a socket's is `WS`. */
  method: string;
  /** e.g. `/api/consultations/:id` */
  path: string;
}

/** Whatever is asked of it is it again. */
const nothing: object = new Proxy(() => nothing, { get: () => nothing });

function dependencies<T extends object>(): T {
  return new Proxy({} as T, {
    get: (_, name) => (name === 'uiDir' ? programFiles.ui : nothing),
  });
}

/** Every route of every listener. Files of the pages are left out but for one. */
export async function allRoutes(): Promise<Route[]> {
  const apps: [Route['listener'], AnyElysia][] = [
    ['clinic', clinicApp(dependencies<ClinicDependencies>())],
    ['phone', phoneApp(dependencies<PhoneDependencies>())],
    ['internal', internalApp(dependencies<InternalDependencies>())],
  ];
  await Promise.all(apps.map(([, app]) => app.modules));
  return apps.flatMap(([listener, app]) =>
    app.routes
      .filter(({ path }) => !path.startsWith('/assets/') || path === '/assets/old-browser.js')
      .map(({ method, path }) => ({ listener, method: method.toUpperCase(), path })),
  );
}
