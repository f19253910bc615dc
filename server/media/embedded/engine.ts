/** The engine's servers, started and stopped together. */
import { createSocket } from 'node:dgram';
import { cleanup } from 'node-datachannel';
import { type ProcessRunner, runProcess } from '../../processes/runner.ts';
import { Authorisation } from './authorisation.ts';
import type { EngineConfiguration, ListenAddress } from './configuration.ts';
import type { EngineContext } from './context.ts';
import { ControlServer } from './control/api.ts';
import { MetricsServer } from './control/metrics.ts';
import { HlsServer } from './hls/server.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type Log, log } from './log.ts';
import { PathRegistry } from './paths/registry.ts';
import { RtmpConnection } from './rtmp/connection.ts';
import { RtspConnection } from './rtsp/connection.ts';
import { SessionRegistry } from './sessions.ts';
import { TcpServer } from './tcp-server.ts';
import { WebRtcServer } from './webrtc/server.ts';

/** What differs between a clinic and a test. */
export interface EngineOptions {
  configuration: EngineConfiguration;
  /** The FFmpeg program, for HLS. */
  ffmpeg: string;
  /** Where HLS writes; everything in it is removed. */
  hlsDirectory: string;
  limits?: Partial<Limits>;
  log?: Log;
  runner?: ProcessRunner;
}

/** An engine that runs. */
export interface RunningEngine {
  readonly context: EngineContext;
  /** Ends every connection, then the servers. */
  stop(): Promise<void>;
}

/** The library binds at the first browser, and its error would meet that browser. @throws Error when it is busy */
function checkUdp({ host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve()));
  });
}

/** Resolves when every server listens. @throws Error when a port is busy */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { configuration } = options;
  const write = options.log ?? log;
  const context: EngineContext = {
    configuration,
    log: write,
    limits: { ...defaultLimits, ...options.limits },
    paths: new PathRegistry(),
    sessions: new SessionRegistry(),
    authorisation: new Authorisation(configuration.authorisationUrl, write),
    ffmpeg: options.ffmpeg,
    runner: options.runner ?? runProcess,
    hlsDirectory: options.hlsDirectory,
  };
  const { limits } = context;
  const webrtc = new WebRtcServer(context);
  const hls = new HlsServer(context);
  const metrics = new MetricsServer(context);
  const control = new ControlServer(context, {
    hostsChanged: () => webrtc.dropAll('the additional hosts changed'),
  });
  const rtmp = new TcpServer({
    ...{ address: configuration.rtmp, limits },
    accept: (socket) => new RtmpConnection(socket, context),
  });
  const rtsp = new TcpServer({
    ...{ address: configuration.rtsp, limits },
    accept: (socket) => new RtspConnection(socket, context),
  });
  await checkUdp(configuration.ice);
  await rtmp.start();
  await rtsp.start();
  webrtc.start();
  hls.start();
  metrics.start();
  // Last: whoever sees it answer may rely on the rest.
  control.start();
  if (configuration.wantsIceTcp) {
    write(
      'WAR',
      '[WebRTC] webrtcLocalTCPAddress: this engine has no ICE over TCP, browsers must reach it by UDP',
    );
  }
  write('INF', 'embedded engine started');
  return {
    context,
    stop: async () => {
      context.sessions.closeAll('the engine ends');
      rtmp.stop();
      rtsp.stop();
      await Promise.all([webrtc.stop(), hls.stop(), metrics.stop(), control.stop()]);
      cleanup();
    },
  };
}
