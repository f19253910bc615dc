/** The engine's configuration: the keys of MediaMTX's YAML that we use. Everything else in the file is ignored. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parse } from 'yaml';

/** Where a server listens. */
export interface ListenAddress {
  /** Empty in the file (":1935") means every IPv4 interface: `0.0.0.0` here. */
  host: string;
  port: number;
}

/** What the engine needs to know, checked. */
export interface EngineConfiguration {
  api: ListenAddress;
  metrics: ListenAddress | null;
  rtsp: ListenAddress;
  hls: ListenAddress;
  webrtc: ListenAddress;
  rtmp: ListenAddress;
  ice: ListenAddress;
  /**
   * ICE over TCP is asked for. It cannot be had here: libdatachannel's ICE (libjuice) only opens TCP connections
   * itself, and so does every browser. The start says so.
   */
  wantsIceTcp: boolean;
  /** IP addresses that the WebRTC answers carry; changes over the Control API. */
  additionalHosts: string[];
  /** Where every publish and read is asked for; null refuses everything but the engine's own reads. */
  authorisationUrl: string | null;
  /** In seconds. */
  hlsSegmentDuration: number;
  hlsSegmentCount: number;
  hlsVariant: 'mpegts' | 'fmp4';
}

/** A configuration that cannot be used; the message is one line for the log. */
export class ConfigurationError extends Error {}

type Keys = Record<string, unknown>;

function text(keys: Keys, key: string): string {
  const value = keys[key];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new ConfigurationError(`${key}: expected a string`);
  return value;
}

function address(keys: Keys, key: string, fallback: string): ListenAddress {
  const value = text(keys, key) || fallback;
  const at = value.lastIndexOf(':');
  const port = Number(value.slice(at + 1));
  if (at < 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ConfigurationError(`${key}: "${value}" is not "host:port"`);
  }
  return { host: value.slice(0, at).replace(/^\[|\]$/g, '') || '0.0.0.0', port };
}

function optionalAddress(keys: Keys, key: string): ListenAddress | null {
  return text(keys, key) === '' ? null : address(keys, key, '');
}

/** `1s`, `500ms`, `1m` as Go writes them, in seconds. */
export function seconds(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(value);
  if (!match) throw new ConfigurationError(`"${value}" is not a duration`);
  const unit = match[2] === 'ms' ? 0.001 : match[2] === 'm' ? 60 : 1;
  return Number(match[1]) * unit;
}

/**
 * Checks `webrtcAdditionalHosts`: a list of IP addresses. MediaMTX takes names too; we never write one.
 * @throws ConfigurationError with the reason
 */
export function additionalHosts(value: unknown): string[] {
  if (!Array.isArray(value)) throw new ConfigurationError('webrtcAdditionalHosts: expected a list');
  return value.map((host: unknown) => {
    if (typeof host !== 'string' || isIP(host) === 0) {
      throw new ConfigurationError('webrtcAdditionalHosts: expected IP addresses');
    }
    return host;
  });
}

/** Checks a configuration's text and fills in MediaMTX's defaults. @throws ConfigurationError */
export function parseConfiguration(yaml: string): EngineConfiguration {
  let document: unknown;
  try {
    document = parse(yaml);
  } catch (error) {
    throw new ConfigurationError(
      `not YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    );
  }
  if (document !== null && (typeof document !== 'object' || Array.isArray(document))) {
    throw new ConfigurationError('expected keys and values');
  }
  const keys = (document ?? {}) as Keys;
  const count = keys.hlsSegmentCount ?? 7;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 2 || count > 100) {
    throw new ConfigurationError('hlsSegmentCount: expected a whole number from 2 to 100');
  }
  return {
    api: address(keys, 'apiAddress', '127.0.0.1:9997'),
    metrics: optionalAddress(keys, 'metricsAddress'),
    rtsp: address(keys, 'rtspAddress', '127.0.0.1:8554'),
    hls: address(keys, 'hlsAddress', '127.0.0.1:8888'),
    webrtc: address(keys, 'webrtcAddress', '127.0.0.1:8889'),
    rtmp: address(keys, 'rtmpAddress', ':1935'),
    ice: address(keys, 'webrtcLocalUDPAddress', ':8189'),
    wantsIceTcp: text(keys, 'webrtcLocalTCPAddress') !== '',
    additionalHosts: additionalHosts(keys.webrtcAdditionalHosts ?? []),
    authorisationUrl: text(keys, 'authHTTPAddress') || null,
    hlsSegmentDuration: seconds(text(keys, 'hlsSegmentDuration') || '1s'),
    hlsSegmentCount: count,
    hlsVariant: text(keys, 'hlsVariant') === 'mpegts' ? 'mpegts' : 'fmp4',
  };
}

/** Reads the configuration file. @throws ConfigurationError, also when the file cannot be read */
export function readConfiguration(file: string): EngineConfiguration {
  let yaml: string;
  try {
    yaml = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  return parseConfiguration(yaml);
}
