/** What the box's own screen shows; on the internal listener alone, because its codes open the box. */
import type { MediaServer } from '../media/contract.ts';
import type { NetworkView } from '../network/addresses.ts';
import { clinicUrl, entryUrl } from '../network/urls.ts';
import type { Settings } from '../settings/schema.ts';
import type { Setup } from '../setup/setup.ts';
import type { HttpsWays } from '../tls/https-ways.ts';
import { version } from '../version.ts';
import type { Problem } from './problems.ts';
import type { StatusService } from './status.ts';

/** The body of `GET /console`. */
export interface ConsoleView {
  /** The setting `clinic.name`. */
  clinicName: string;
  /** The supervisor's. */
  version: string;
  /** The LAN's; the chosen one is in the QR codes. */
  addresses: { address: string; interface: string; chosen: boolean }[];
  /** Of the chosen interface. */
  mac: string | null;
  /** The doctor's page; null without an address. */
  clinicUrl: string | null;
  /** For the QR code: leads to the doctor's page; before the first start it carries the set-up code. */
  entryUrl: string | null;
  /** For the first start; null once the box is set up. */
  setupCode: string | null;
  /** For a new password, while somebody asks for one. */
  resetCode: string | null;
  /** SHA-256 of the box's own root, to be compared by who installs it; null where another certificate is shown. */
  rootFingerprint: string | null;
  /** Whether a consultation can be held, and what keeps it from it. */
  health: { ready: boolean; problems: Problem[] };
  engine: { name: string; version: string; why: string };
  consultations: { live: number };
}

/** What the screen’s data are made of. */
export interface ConsoleDependencies {
  settings: Settings;
  network: NetworkView;
  status: StatusService;
  media: MediaServer;
  setup: Pick<Setup, 'code' | 'resetCode'>;
  https: HttpsWays;
}

/** The body of `GET /console`. */
export function consoleView(dependencies: ConsoleDependencies): ConsoleView {
  const { settings, network, status, media, setup, https } = dependencies;
  const chosen = network.chosen?.address ?? null;
  const isChosen = ({ address }: { address: string }) => address === chosen;
  const { ok, problems } = status.ready();
  return {
    clinicName: settings.clinic.name.trim(),
    version,
    addresses: network.addresses
      .filter((each) => each.eligible || isChosen(each))
      .map((each) => ({ address: each.address, interface: each.interface, chosen: isChosen(each) })),
    mac: network.addresses.find(isChosen)?.mac ?? null,
    clinicUrl: chosen === null ? null : clinicUrl(settings, https.hostFor(chosen)),
    entryUrl: chosen === null ? null : entryUrl(settings, chosen, setup.code),
    setupCode: setup.code,
    resetCode: setup.resetCode,
    rootFingerprint: https.way === 'own' ? https.rootFingerprint : null,
    health: { ready: ok, problems },
    engine: { name: media.engine, version: media.version, why: media.why },
    consultations: { live: status.counts().live },
  };
}
