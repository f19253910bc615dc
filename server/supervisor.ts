/** Puts the parts together: settings in, a running box out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { randomSecret } from './access/digest.ts';
import { StreamKeys } from './access/stream-keys.ts';
import { AuditLog, theBox } from './audit/log.ts';
import { coalesced } from './coalesced.ts';
import { MediaAuthorisation } from './consultations/authorisation.ts';
import { Conversation } from './consultations/conversation.ts';
import { EventHub } from './consultations/events.ts';
import { Pairing } from './consultations/pairing.ts';
import { PhoneReports } from './consultations/phone-reports.ts';
import { ConsultationService } from './consultations/service.ts';
import { ConsultationStore } from './consultations/store.ts';
import { StreamMonitor } from './consultations/stream-monitor.ts';
import { StreamPeers } from './consultations/stream-peers.ts';
import { messageOf } from './errors.ts';
import { clinicApp } from './http/clinic.ts';
import { DoctorPages } from './http/doctor-pages.ts';
import { authorisePath, internalApp } from './http/internal.ts';
import { Listener } from './http/listener.ts';
import { phoneApp } from './http/phone.ts';
import type { PhoneConnections } from './http/phone-events.ts';
import { RateLimiter } from './http/rate-limit.ts';
import type { Logger } from './log/logger.ts';
import { chooseEngine } from './media/choose-engine.ts';
import { MediaProcess } from './media/media-process.ts';
import { MiniappProgress } from './miniapp/progress.ts';
import { eligibleAddresses, type NetworkReader, type NetworkView } from './network/addresses.ts';
import { localName, OwnNames } from './network/own-names.ts';
import { type NeededPort, waitForFreePorts } from './network/ports.ts';
import { clinicUrl, leadUrl, phoneOrigin } from './network/urls.ts';
import { NetworkWatcher } from './network/watcher.ts';
import { People } from './people/people.ts';
import { Sessions } from './people/sessions.ts';
import { SignIn } from './people/sign-in.ts';
import { PeopleStore } from './people/store.ts';
import { type ProcessRunner, runProcess } from './processes/runner.ts';
import { SettingsFile } from './settings/file.ts';
import type { Settings } from './settings/schema.ts';
import { Setup } from './setup/setup.ts';
import { consoleView } from './status/console.ts';
import { type Health, StatusService } from './status/status.ts';
import { openStore } from './store/database.ts';
import { lockDataDirectory } from './store/lock.ts';
import { readOrCreateSecret } from './store/secret-file.ts';
import { openAuthority } from './tls/authority.ts';
import { HospitalCertificate } from './tls/hospital.ts';
import { HttpsWays } from './tls/https-ways.ts';
import { CertificateKeeper } from './tls/keeper.ts';
import { leafFor } from './tls/leaf.ts';
import { PublicName } from './tls/public-name.ts';
import { BFrameDetector } from './transcoding/b-frames.ts';
import { readCapabilities } from './transcoding/capabilities.ts';
import { TranscodingService } from './transcoding/service.ts';

/** What a box is started with. */
export interface SupervisorOptions {
  settings: Settings;
  logger: Logger;
  readNetwork: NetworkReader;
  /** The built pages; `dist/ui`. */
  uiDir: string;
  runner?: ProcessRunner;
}

/** A running box. */
export interface Supervisor {
  engine: string;
  engineReason: string;
  /** For the first start: for the terminal, never for a log. null once the box is set up. */
  setupCode: () => string | null;
  /** For a new password, while somebody asks for one. */
  resetCode: () => string | null;
  /** What is missing of FFmpeg. */
  missing: string[];
  network: () => NetworkView;
  onNetworkChange: (listener: (view: NetworkView) => void) => void;
  /** Asks its listeners as a client does. @throws Error when one does not answer within `patience` ms */
  answer: (patience: number) => Promise<void>;
  live: () => Health;
  /** How it is, in one English line. */
  summary: () => string;
  /** Ends children first, then listeners; the data directory is free afterwards. */
  stop: () => Promise<void>;
}

const housekeepingInterval = 60_000;

/** @throws Error with a message for the person at the terminal */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { settings, logger, uiDir } = options;
  const runner = options.runner ?? runProcess;
  const dataDir = settings.data.dir;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataDirectory(dataDir);
  await waitForFreePorts(neededPorts(settings));

  // What is kept
  const database = openStore(join(dataDir, 'consultbox.sqlite'), logger);
  const keys = new StreamKeys(
    readOrCreateSecret(join(dataDir, 'stream-keys.secret'), () => randomSecret(32)),
  );
  const audit = new AuditLog(database.store);
  const clinicName = () => settings.clinic.name.trim();

  // The LAN and its certificate
  const watcher = new NetworkWatcher({
    read: options.readNetwork,
    wanted: settings.network.address,
    settle: settings.network.settle * 1000,
  });
  const network = () => watcher.view;
  const tlsDir = join(dataDir, 'tls');
  const authority = await openAuthority(tlsDir);
  const given = [...namesIn(settings.https.name), ...namesIn(settings.network.names)];
  const publicName = new PublicName({
    dir: join(tlsDir, 'public-name'),
    settings: settings.https,
    logger,
    onRenewed: () => void certificate.check(),
  });
  const https = new HttpsWays({
    publicName,
    hospital: new HospitalCertificate(join(tlsDir, 'hospital'), logger),
    own: () => leafFor({ dir: tlsDir, authority, addresses: namesFor(network()), logger }),
    names: () => [...new Set([...given, ...namesFor(network())])],
    root: authority.root,
    port: settings.https.port,
    leadUrl: () => leadUrl(settings, network().chosen?.address ?? '127.0.0.1'),
    logger,
  });
  const ownNames = new OwnNames({
    network,
    read: options.readNetwork,
    further: () => [...given, ...https.names()],
  });
  const isOwnName = (name: string) => ownNames.has(name);

  // Media
  const [chosen, capabilities] = await Promise.all([
    chooseEngine(settings.media, logger),
    readCapabilities(settings.transcoding.program),
  ]);
  const authorisationUrl = `http://127.0.0.1:${settings.internal.port}${authorisePath}`;
  const hosts = eligibleAddresses(network());
  const media = new MediaProcess({ settings, chosen, hosts, authorisationUrl, runner, logger });
  const transcoding = new TranscodingService({ media, keys, settings: settings.transcoding, runner, logger });

  // Consultations
  const store = new ConsultationStore(database.store);
  const { securePort } = settings.http;
  const hub = new EventHub();
  const attempt = (work: Promise<void>, what: string) =>
    work.catch((error: unknown) => logger.warn({ reason: messageOf(error) }, `${what} failed`));
  const consultations: ConsultationService = new ConsultationService({
    store,
    hub,
    settings,
    logger,
    phoneOrigin: () => {
      const address = network().chosen?.address ?? null;
      if (address === null) return null;
      // Only the public name's certificate is one that every phone trusts.
      const byName = securePort !== 0 && https.way === 'public';
      return byName
        ? phoneOrigin(settings, 'https', settings.https.name)
        : phoneOrigin(settings, 'http', address);
    },
    enforce: () => monitor.enforce(),
  });
  const conversation = new Conversation(consultations, store);
  const reports = new PhoneReports(consultations, conversation);
  const pairing = new Pairing({
    ...{ consultations, store, keys, settings },
    enforce: () => void monitor.enforce(),
  });
  const bFrames = new BFrameDetector({ media, keys, ffmpeg: settings.transcoding.program, runner, logger });
  const peers = new StreamPeers();
  const findConsultation = (id: string) => store.find(id);
  const monitor: StreamMonitor = new StreamMonitor({
    ...{ media, consultations, peers, findConsultation },
    ...{ transcoding, bFrames, logger },
  });

  // People
  const peopleStore = new PeopleStore(database.store);
  const sessions = new Sessions(
    database.store,
    peopleStore,
    { idle: settings.session.idle * 1000, longest: settings.session.longest * 1000 },
    (id) => consultations.isConsulting(id),
  );
  const people = new People({ store: peopleStore, sessions, audit, clinicName });
  const signIn = new SignIn({ store: peopleStore, sessions, audit });
  const setup = new Setup({
    ...{ people, sessions, audit, network },
    settings: new SettingsFile(settings, process.env),
  });
  const setupNeeded = () => setup.needed;
  const miniapp = new MiniappProgress({ store: database.store, settings, audit });
  consultations.onRecorded((id, kind) => {
    if (kind === 'phone_joined' || kind === 'phone_replaced') audit.add(theBox, kind, id);
  });
  const status = new StatusService({
    ...{ database, media, network, capabilities, consultations, transcoding, setupNeeded },
  });

  // Listeners
  const internal = new Listener({
    port: settings.internal.port,
    hostname: '127.0.0.1',
    app: () =>
      internalApp({
        authorisation: new MediaAuthorisation(store, keys),
        logger,
        console: () => consoleView({ settings, network: network(), status, media, setup, https }),
        onAllowed: ({ protocol, id }, phoneGeneration) => {
          if (phoneGeneration !== null) peers.allowed(id, phoneGeneration);
          // The embedded engine's HLS asks with every part: that is no news.
          if (protocol !== 'hls') monitor.hurry();
        },
      }),
  });
  const limiter = new RateLimiter();
  const connections: PhoneConnections = new Map();
  const phoneListener = (port: number, originOf: (host: string) => string) =>
    new Listener({
      port,
      hostname: '0.0.0.0',
      app: () =>
        phoneApp({
          ...{ pairing, consultations, conversation, reports, hub, limiter, connections, originOf },
          ...{ status, logger, uiDir, clinicName, setupNeeded },
          clinicUrl: (host) => clinicUrl(settings, https.hostFor(host)),
          httpsWay: () => https.way,
          rootCertificate: authority.root,
          ownAddress: (host) => ownAddress(network(), host),
          isOwnName,
        }),
    });
  const phone = phoneListener(settings.http.port, (host) =>
    phoneOrigin(settings, 'http', ownAddress(network(), host)),
  );
  const securePhone =
    securePort === 0 ? null : phoneListener(securePort, (host) => phoneOrigin(settings, 'https', host));
  const pages = new DoctorPages();
  sessions.onEnded((tokenHash) => pages.drop(tokenHash));
  const clinic = new Listener({
    port: settings.https.port,
    hostname: '0.0.0.0',
    app: () =>
      clinicApp({
        ...{ consultations, conversation, hub, pages, keys, status, logger, uiDir, clinicName },
        ...{ setup, signIn, sessions, people, audit, miniapp },
        settings: settings.media,
        ...{ isOwnName, https, rootCertificate: authority.root },
        clinicUrls: () =>
          [...given, ...namesFor(network()), localName].map((host) => clinicUrl(settings, host)),
      }),
  });
  const listeners = [clinic, phone, ...(securePhone === null ? [] : [securePhone]), internal];
  const certificate: CertificateKeeper = new CertificateKeeper({
    current: () => https.current(),
    show: async (next) => {
      await Promise.all([clinic.rotate(next), securePhone?.rotate(next)]);
      // The codes on the doctors' screens may lead by another name now.
      for (const { id } of consultations.running()) consultations.changed(id);
    },
    logger,
  });
  https.follow(certificate.check);
  internal.start();
  phone.start();
  const first = await https.current();
  clinic.start(first);
  securePhone?.start(first);

  // What follows what
  certificate.start(first);
  // Two quick changes: one after the other, each on the latest view. A certificate that fails stops nothing else.
  const follow = coalesced(async () => {
    const hosts = media.setAdditionalHosts(eligibleAddresses(network()));
    await Promise.all([certificate.check(), attempt(hosts, 'giving the media server its addresses')]);
    consultations.addressChanged();
  });
  watcher.onChange((view) => {
    logger.info({ address: view.chosen?.address, reason: view.reason }, 'the LAN address changed');
    void attempt(follow(), 'following the new address');
  });
  media.onRestart(() => consultations.mediaRestarted());
  const housekeeping = setInterval(
    () => void attempt(consultations.endOverdue(), 'ending overdue consultations'),
    housekeepingInterval,
  );

  media.start();
  monitor.start();
  watcher.start();
  for (const line of capabilities.missing) logger.error(line);
  logger.info({ engine: media.engine, version: media.version, why: media.why }, 'media server chosen');

  return {
    engine: `${media.engine} ${media.version}`,
    engineReason: media.why,
    setupCode: () => setup.code,
    resetCode: () => setup.resetCode,
    missing: capabilities.missing,
    network,
    onNetworkChange: (listener) => watcher.onChange(listener),
    answer: async (patience) => {
      await Promise.all(listeners.map((listener) => listener.answer(patience)));
    },
    live: () => status.live(),
    summary: () => status.summary(),
    stop: async () => {
      clearInterval(housekeeping);
      watcher.stop();
      certificate.stop();
      publicName.stop();
      await monitor.stop();
      await transcoding.stop();
      await media.stop();
      await Promise.all(listeners.map((listener) => listener.stop()));
      database.close();
      unlock();
    },
  };
}

/** Names in the certificate: every LAN address, and the chosen one even where it is not eligible by itself. */
function namesFor(view: NetworkView): string[] {
  const chosen = view.chosen === null ? [] : [view.chosen.address];
  return [...new Set([...chosen, ...eligibleAddresses(view)])];
}

/** Of a setting that holds several: `a.example, 10.0.0.5`. */
function namesIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '');
}

/** The address under which a phone reached this box, if it is one of ours; else the chosen one. */
function ownAddress({ addresses, chosen }: NetworkView, host: string): string {
  return addresses.some(({ address }) => address === host) ? host : (chosen?.address ?? host);
}

function neededPorts(settings: Settings): NeededPort[] {
  const { media } = settings;
  const port =
    (host: string, protocol: NeededPort['protocol'] = 'TCP') =>
    (setting: string, number: number): NeededPort => ({ setting, protocol, port: number, host });
  const local = port('127.0.0.1');
  const open = port('0.0.0.0');
  return [
    open('http.port', settings.http.port),
    open('https.port', settings.https.port),
    ...(settings.http.securePort === 0 ? [] : [open('http.securePort', settings.http.securePort)]),
    local('internal.port', settings.internal.port),
    open('media.rtmpPort', media.rtmpPort),
    open('media.icePort', media.icePort),
    port('0.0.0.0', 'UDP')('media.icePort', media.icePort),
    local('media.controlPort', media.controlPort),
    local('media.metricsPort', media.metricsPort),
    local('media.rtspPort', media.rtspPort),
    local('media.hlsPort', media.hlsPort),
    local('media.webrtcPort', media.webrtcPort),
  ];
}
