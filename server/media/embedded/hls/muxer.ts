/** HLS of one path, made by FFmpeg while somebody asks for it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, RunningProcess } from '../../../processes/runner.ts';
import type { EngineContext } from '../context.ts';
import { peerOf, type Session } from '../sessions.ts';

/** Without a request for this long nobody watches any more, ms. */
const unwatchedAfter = 10_000;
/** Until the first playlist, ms: a phone's keyframe may be 5 s away. */
const firstPlaylist = 12_000;
const mediaPlaylist = 'stream.m3u8';

/** An FFmpeg that reads the path and writes segments, and the requests for them. */
export class HlsMuxer implements Session {
  readonly id = randomUUID();
  readonly kind = 'hlssessions';
  readonly created = new Date();
  readonly state = 'read';
  bytesReceived = 0;
  bytesSent = 0;
  private readonly dir: string;
  /** Reads this path alone; dies with the muxer. */
  private readonly token: string;
  private readonly child: RunningProcess;
  private readonly watchdog: ReturnType<typeof setInterval>;
  private asked = Date.now();
  private closed = false;

  /** @throws Error when FFmpeg cannot be started */
  constructor(
    private readonly context: EngineContext,
    readonly path: string,
    readonly remoteAddr: string,
    private readonly onClose: () => void,
  ) {
    this.dir = mkdtempSync(join(context.hlsDirectory, 'path-'));
    this.token = context.authorisation.issue(path);
    try {
      const take = (line: string) => context.log('DEB', `[HLS] [muxer ${path}] ${line}`);
      this.child = context.runner(this.command(), { onStdout: take, onStderr: take });
    } catch (error) {
      this.release();
      throw error;
    }
    void this.child.exited.then((code) => this.close(`FFmpeg ended with ${code}`));
    this.watchdog = setInterval(() => {
      if (Date.now() - this.asked > unwatchedAfter) this.close('nobody watches any more');
    }, 1000);
    context.sessions.add(this);
    context.paths.read(path, peerOf(this));
    context.log('INF', `[HLS] [muxer ${path}] created`);
  }

  /** @returns null when there is no such file. @param name checked by the caller */
  async file(name: string): Promise<Response | null> {
    if (name !== 'index.m3u8') return await this.made(name);
    const first = await this.made(mediaPlaylist);
    if (first === null) return null;
    return new Response(this.master(), { headers: { 'Content-Type': contentType(name) } });
  }

  /**
   * The playlist that names the codecs, which is how the sound is checked (`mp4a.40.2`). Ours, because FFmpeg
   * leaves them out of its own when it did not analyse the stream for long enough.
   */
  private master(): string {
    const stream = this.context.paths.find(this.path)?.stream;
    const codecs = stream?.kind === 'flv' ? stream.rfc6381() : [];
    const attributes = `BANDWIDTH=2000000${codecs.length > 0 ? `,CODECS="${codecs.join(',')}"` : ''}`;
    return `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF:${attributes}\n${mediaPlaylist}\n`;
  }

  /** What FFmpeg writes. */
  private async made(name: string): Promise<Response | null> {
    this.asked = Date.now();
    const file = Bun.file(join(this.dir, name));
    const until = Date.now() + (name.endsWith('.m3u8') ? firstPlaylist : 0);
    let bytes = await read(file);
    // FFmpeg opens a playlist before it writes it.
    while (bytes.length === 0) {
      if (this.closed || Date.now() > until) return null;
      await Bun.sleep(50);
      bytes = await read(file);
    }
    this.bytesSent += bytes.length;
    return new Response(bytes, { headers: { 'Content-Type': contentType(name) } });
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.watchdog);
    this.context.sessions.remove(this);
    this.context.paths.find(this.path)?.readers.delete(this.id);
    this.child.kill('SIGKILL');
    void this.child.exited.then(() => this.release());
    this.context.log('INF', `[HLS] [muxer ${this.path}] destroyed: ${reason}`);
    this.onClose();
  }

  private release(): void {
    this.context.authorisation.revoke(this.token);
    rmSync(this.dir, { recursive: true, force: true });
  }

  private command(): Command {
    const { configuration, ffmpeg } = this.context;
    const { hlsVariant, hlsSegmentCount, hlsSegmentDuration, rtmp } = configuration;
    const input = `rtmp://127.0.0.1:${rtmp.port}/${this.path}?token=${this.token}`;
    const args = [
      ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
      ...['-analyzeduration', '500000', '-fpsprobesize', '0', '-i', input, '-map', '0', '-c', 'copy'],
      ...['-f', 'hls', '-hls_time', String(hlsSegmentDuration), '-hls_list_size', String(hlsSegmentCount)],
      ...['-hls_flags', 'delete_segments+independent_segments', '-hls_segment_type', hlsVariant],
      join(this.dir, mediaPlaylist),
    ];
    return { program: ffmpeg, args };
  }
}

/** Empty where there is no file (any more): FFmpeg deletes old segments. */
async function read(file: Bun.BunFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await file.bytes();
  } catch {
    return new Uint8Array();
  }
}

function contentType(name: string): string {
  if (name.endsWith('.m3u8')) return 'application/vnd.apple.mpegurl';
  return name.endsWith('.ts') ? 'video/mp2t' : 'video/mp4';
}
