/** The media server's configuration, in MediaMTX's keys; the embedded engine reads the same file. */
import { stringify } from 'yaml';
import type { Settings } from '../settings/schema.ts';

/** What the configuration is made of. */
export interface MediaConfigurationOptions {
  settings: Settings['media'];
  /** LAN addresses for the ICE candidates; the loopback address is added for a browser on the box itself. */
  hosts: string[];
  /** Our callback, asked before every publish and read. */
  authorisationUrl: string;
}

/**
 * Everything that we do not use is off by name: stock MediaMTX opens SRT, MoQ, RTSP over UDP and more.
 * The names are those of v1.19 and v1.20; an old name beside a new one makes later patches do nothing.
 */
export function mediaConfiguration({ settings, hosts, authorisationUrl }: MediaConfigurationOptions) {
  const local = (port: number) => `127.0.0.1:${port}`;
  return {
    logLevel: 'info',
    logDestinations: ['stdout'],
    authMethod: 'http',
    authHTTPAddress: authorisationUrl,
    // Empty: nothing is excluded. The default would let anyone use the API and the metrics unasked.
    authHTTPExclude: [],
    api: true,
    apiAddress: local(settings.controlPort),
    metrics: true,
    metricsAddress: local(settings.metricsPort),
    pprof: false,
    playback: false,
    rtsp: true,
    rtspAddress: local(settings.rtspPort),
    rtspTransports: ['tcp'],
    rtspEncryption: 'no',
    rtmp: true,
    rtmpAddress: `:${settings.rtmpPort}`,
    rtmpEncryption: 'no',
    hls: true,
    hlsAddress: local(settings.hlsPort),
    ...hlsSettings(settings.hls),
    webrtc: true,
    webrtcAddress: local(settings.webrtcPort),
    webrtcLocalUDPAddress: `:${settings.icePort}`,
    // For PCs whose firewall drops UDP.
    webrtcLocalTCPAddress: `:${settings.icePort}`,
    webrtcIPsFromInterfaces: false,
    webrtcAdditionalHosts: candidateHosts(hosts),
    webrtcICEServers2: [],
    srt: false,
    moq: false,
    paths: { all_others: null },
  };
}

/** The ICE candidates' addresses: the LAN's, then this machine's own. */
export function candidateHosts(lan: string[]): string[] {
  return [...new Set([...lan, '127.0.0.1'])];
}

function hlsSettings(hls: Settings['media']['hls']) {
  if (hls === 'seed') return { hlsVariant: 'mpegts', hlsSegmentCount: 3, hlsSegmentDuration: '1s' };
  return { hlsVariant: 'lowLatency', hlsSegmentCount: 7, hlsSegmentDuration: '1s', hlsPartDuration: '200ms' };
}

/** The file's text. YAML 1.1, as MediaMTX reads it: there a bare `no` is a boolean. */
export function mediaYaml(options: MediaConfigurationOptions): string {
  return `# Written by Consultbox at every start: changes here are lost.\n${stringify(mediaConfiguration(options), { version: '1.1' })}`;
}
