#!/usr/bin/env bun
/**
 * The embedded media server: a process of its own that speaks the part of MediaMTX's outside that the supervisor
 * uses. `bun server/media/embedded/main.ts <configuration.yml>`
 */
import { cleanup } from 'node-datachannel';
import { Authorisation } from './authorisation.ts';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import type { EngineContext } from './context.ts';
import { ControlServer } from './control/api.ts';
import { MetricsServer } from './control/metrics.ts';
import { HlsServer } from './hls/server.ts';
import { log, messageOf } from './log.ts';
import { PathRegistry } from './paths/registry.ts';
import { RtmpConnection } from './rtmp/connection.ts';
import { RtspConnection } from './rtsp/connection.ts';
import { SessionRegistry } from './sessions.ts';
import { TcpServer } from './tcp-server.ts';
import { WebRtcServer } from './webrtc/server.ts';

/** Many consultations' FFmpeg come from this machine itself. */
const perAddress = 200;

async function start(file: string): Promise<() => Promise<void>> {
  const configuration = readConfiguration(file);
  const context: EngineContext = {
    configuration,
    log,
    paths: new PathRegistry(),
    sessions: new SessionRegistry(log),
    authorisation: new Authorisation(configuration.authorisationUrl, log),
    ffmpeg: process.env.CONSULTBOX_FFMPEG ?? 'ffmpeg',
  };
  const webrtc = new WebRtcServer(context);
  const hls = new HlsServer(context);
  const metrics = new MetricsServer(context);
  const control = new ControlServer(context, {
    hostsChanged: () => webrtc.dropAll('the additional hosts changed'),
  });
  const rtmp = new TcpServer({
    address: configuration.rtmp,
    perAddress,
    accept: (socket, onClose) => new RtmpConnection(socket, context, onClose),
  });
  const rtsp = new TcpServer({
    address: configuration.rtsp,
    perAddress,
    accept: (socket, onClose) => {
      socket.once('close', onClose);
      return new RtspConnection(socket, context);
    },
  });
  await rtmp.start();
  await rtsp.start();
  webrtc.start();
  hls.start();
  metrics.start();
  // Last: whoever sees it answer may rely on the rest.
  control.start();
  log('INF', 'embedded engine started');
  return async () => {
    context.sessions.closeAll('the engine ends');
    rtmp.stop();
    rtsp.stop();
    await Promise.all([webrtc.stop(), hls.stop(), metrics.stop(), control.stop()]);
    cleanup();
  };
}

/** Time for an orderly end, ms. */
const stopLimit = 1500;

async function main(): Promise<void> {
  const file = process.argv[2];
  if (file === undefined) throw new ConfigurationError('usage: main.ts <configuration.yml>');
  const stop = await start(file);
  const end = (signal: string) => {
    log('INF', `${signal}: ending`);
    setTimeout(() => process.exit(0), stopLimit);
    void stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', () => end('SIGINT'));
  process.on('SIGTERM', () => end('SIGTERM'));
}

// Input never gets here: every parser ends its own connection. What does is a fault of ours, and a fresh process,
// which the supervisor starts at once, is better than one in an unknown state.
process.on('uncaughtException', (error) => {
  log('ERR', `fault: ${error.stack ?? messageOf(error)}`);
  process.exit(1);
});

main().catch((error: unknown) => {
  log('ERR', messageOf(error));
  process.exit(1);
});
