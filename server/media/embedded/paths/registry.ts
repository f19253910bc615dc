/** Paths: at most one publisher, any number of readers. A path exists while one of them does. */
import type { Peer } from '../sessions.ts';
import type { FlvStream } from './flv-stream.ts';
import type { RtpStream } from './rtp-stream.ts';

/** Between two looks for a publisher, ms. */
const lookInterval = 20;

/** What a path carries: tags of an RTMP publisher, or packets of a browser or of FFmpeg. */
export type MediaStream = FlvStream | RtpStream;

/** One path, for as long as it has a publisher. */
export class MediaPath {
  source: Peer | null = null;
  stream: MediaStream | null = null;
  readonly readers = new Map<string, Peer>();
  bytesSent = 0;

  constructor(readonly name: string) {}

  /** The publisher's tracks are known: it can be read. */
  get ready(): boolean {
    return this.stream?.ready ?? false;
  }
}

/** All paths, by name. */
export class PathRegistry {
  private readonly paths = new Map<string, MediaPath>();

  list(): MediaPath[] {
    return [...this.paths.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): MediaPath | undefined {
    return this.paths.get(name);
  }

  /** A second publisher replaces the first (MediaMTX's `overridePublisher`); readers of the first are closed. */
  publish(name: string, source: Peer, stream: MediaStream): MediaPath {
    const before = this.paths.get(name)?.source;
    if (before) {
      this.unpublish(name, before.id);
      before.close('another publisher took the path');
    }
    const path = this.paths.get(name) ?? new MediaPath(name);
    this.paths.set(name, path);
    path.source = source;
    path.stream = stream;
    return path;
  }

  /** The publisher left: its readers are closed, as MediaMTX does. A publisher that was replaced changes nothing. */
  unpublish(name: string, id: string): void {
    const path = this.paths.get(name);
    if (path?.source?.id !== id) return;
    path.source = null;
    path.stream?.end();
    path.stream = null;
    // The path goes first: whoever publishes from here on gets a new one with new counters.
    this.paths.delete(name);
    for (const reader of [...path.readers.values()]) reader.close('the publisher left');
  }

  /**
   * The stream of a path, a little later if it is just coming: a phone that is refused tries again after seconds.
   * @param patience ms
   * @param gone asked while it waits: nobody wants the answer any more
   * @returns null when there is nothing to read
   */
  async whenReady(name: string, patience: number, gone: () => boolean): Promise<MediaStream | null> {
    const until = Date.now() + patience;
    for (;;) {
      const stream = this.paths.get(name)?.stream;
      if (stream?.ready) return stream;
      if (gone() || Date.now() >= until) return null;
      await Bun.sleep(lookInterval);
    }
  }

  /** @returns the path, or null when there is nothing to read */
  read(name: string, reader: Peer): MediaPath | null {
    const path = this.paths.get(name);
    if (!path?.ready) return null;
    path.readers.set(reader.id, reader);
    return path;
  }
}
