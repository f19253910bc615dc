/** What an RTMP publisher sends: FLV tags, with what a late reader needs to start at once. */

/** Types of FLV tags; RTMP's message types are the same. */
export const FLV_AUDIO = 8;
/** Tag type of a picture. */
export const FLV_VIDEO = 9;
/** Tag type of metadata. */
export const FLV_DATA = 18;

/** One message of an RTMP publisher. */
export interface FlvTag {
  type: typeof FLV_AUDIO | typeof FLV_VIDEO | typeof FLV_DATA;
  /** In ms, on the publisher's clock. */
  timestamp: number;
  payload: Buffer;
  /** The same bytes for every RTMP reader, made once. */
  encoded?: Buffer;
}

/** Bounds of the picture cache: a phone's GOP of 5 s at 2 Mbit/s is 1.3 MB and 400 tags. */
const MAX_CACHED_TAGS = 4096;
const MAX_CACHED_BYTES = 8 * 1024 * 1024;
/** How long after the first header the other track is waited for, in ms. */
const WAIT_FOR_OTHER_TRACK = 500;
/** A keyframe younger than this is no noticeable delay, ms. */
const FRESH_CACHE = 700;

/** A codec that no reader of ours could use; the publisher is told and closed. */
export class UnsupportedCodec extends Error {}

/** The stream of one RTMP publisher. */
export class FlvStream {
  readonly kind = 'flv';
  ready = false;
  readyTime: Date | null = null;
  bytesReceived = 0;
  videoHeader: FlvTag | null = null;
  audioHeader: FlvTag | null = null;
  private foreignVideo: string | null = null;
  private metadata: FlvTag | null = null;
  private cache: FlvTag[] = [];
  private cachedBytes = 0;
  private cachedSince = 0;
  private readonly readers = new Set<(tag: FlvTag) => void>();
  private readyTimer: ReturnType<typeof setTimeout> | null = null;

  /** @param onReady called once, when the tracks are known */
  constructor(private readonly onReady: () => void) {}

  /** As the Control API names them. */
  get codecs(): string[] {
    return [
      ...(this.foreignVideo === null ? [] : [this.foreignVideo]),
      ...(this.videoHeader ? ['H264'] : []),
      ...(this.audioHeader ? ['MPEG-4 Audio'] : []),
    ];
  }

  /** Codecs as playlists name them (RFC 6381), e.g. `avc1.42c01f`, `mp4a.40.2`. */
  rfc6381(): string[] {
    const profile = this.videoHeader?.payload.toString('hex', 6, 9);
    const config = this.audioHeader?.payload[2];
    return [
      ...(profile ? [`avc1.${profile}`] : []),
      // The upper five bits of an AudioSpecificConfig: 2 is AAC-LC.
      ...(config === undefined ? [] : [`mp4a.40.${config >> 3}`]),
    ];
  }

  /** What the publisher says it sends (`onMetaData`); the tag is passed to every reader. */
  setMetadata(tag: FlvTag): void {
    this.metadata = tag;
    this.send(tag);
  }

  /** @throws UnsupportedCodec for anything but H.264 and AAC */
  push(tag: FlvTag): void {
    if (tag.type === FLV_VIDEO) this.pushVideo(tag);
    else if (tag.type === FLV_AUDIO) this.pushAudio(tag);
    else this.send(tag);
  }

  /**
   * Headers and the pictures since the last keyframe first, then everything that comes.
   * @param wholeCache also when that keyframe is old: FFmpeg catches up at once, but a phone's player would stay
   * that much behind; it waits for the next keyframe instead
   */
  addReader(take: (tag: FlvTag) => void, wholeCache: boolean): () => void {
    for (const tag of [this.metadata, this.videoHeader, this.audioHeader]) if (tag) take(tag);
    const fresh = Date.now() - this.cachedSince < FRESH_CACHE;
    let started = wholeCache || fresh || this.videoHeader === null;
    if (started) for (const tag of this.cache) take(tag);
    const reader = (tag: FlvTag) => {
      started ||= tag.type === FLV_VIDEO && (tag.payload.readUInt8(0) & 0x70) === 0x10;
      if (started) take(tag);
    };
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  }

  /** The publisher left. */
  end(): void {
    this.readers.clear();
    this.cache = [];
    if (this.readyTimer) clearTimeout(this.readyTimer);
  }

  private pushVideo(tag: FlvTag): void {
    const head = tag.payload;
    const first = head[0];
    if (first === undefined || head.length < 5) return;
    // Bit 7 is enhanced RTMP (HEVC, AV1); codec 7 is AVC. Frame type 5 is a command, not a picture.
    // Not passed on, but named: the page can say what is wrong with this phone.
    if ((first & 0x80) !== 0) {
      this.foreignVideo =
        { hvc1: 'H265', av01: 'AV1', vp09: 'VP9' }[head.toString('latin1', 1, 5)] ?? 'unknown';
      this.becomeReady();
      return;
    }
    if ((first & 0x0f) !== 7) throw new UnsupportedCodec('only H.264 video is supported');
    const frame = first >> 4;
    if (frame === 5) return;
    if (head[1] === 0) {
      if (head.length < 11) return;
      this.videoHeader = tag;
      this.dropCache();
      this.send(tag);
      this.tracksChanged();
      return;
    }
    if (head[1] !== 1) return;
    if (frame === 1) {
      this.dropCache();
      this.cachedSince = Date.now();
    }
    if (frame === 1 || this.cache.length > 0) this.keep(tag);
    this.send(tag);
  }

  private pushAudio(tag: FlvTag): void {
    const first = tag.payload[0];
    if (first === undefined || tag.payload.length < 2) return;
    if (first >> 4 !== 10) throw new UnsupportedCodec('only AAC audio is supported');
    if (tag.payload[1] === 0) {
      this.audioHeader = tag;
      this.send(tag);
      this.tracksChanged();
      return;
    }
    if (this.cache.length > 0) this.keep(tag);
    this.send(tag);
  }

  private keep(tag: FlvTag): void {
    this.cache.push(tag);
    this.cachedBytes += tag.payload.length;
    // Without its keyframe the rest is of no use: a reader then waits for the next one.
    if (this.cache.length > MAX_CACHED_TAGS || this.cachedBytes > MAX_CACHED_BYTES) this.dropCache();
  }

  private dropCache(): void {
    this.cache = [];
    this.cachedBytes = 0;
  }

  private send(tag: FlvTag): void {
    for (const take of this.readers) take(tag);
  }

  private tracksChanged(): void {
    if (this.ready) return;
    if (this.videoHeader && this.audioHeader) {
      this.becomeReady();
      return;
    }
    if (this.readyTimer) return;
    this.readyTimer = setTimeout(() => this.becomeReady(), WAIT_FOR_OTHER_TRACK);
  }

  private becomeReady(): void {
    if (this.ready) return;
    this.ready = true;
    this.readyTime = new Date();
    if (this.readyTimer) clearTimeout(this.readyTimer);
    this.onReady();
  }
}
