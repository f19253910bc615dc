/**
 * Every setting of the supervisor: type, default, limits and documentation in one place.
 * `docs/settings.md` is generated from here (`bun run docs`).
 *
 * A setting is `<section>.<name>` in `consultbox.yaml` and `CONSULTBOX_<SECTION>_<NAME>` in the environment.
 */
import { type Static, Type } from '@sinclair/typebox';

/** A port that something listens on: no two may be equal. */
const port = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65535, default: fallback, description, listens: true });

/** Where the firewall leads another port to the listener. */
const publicPort = (same: string, example: string) =>
  Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 0,
    description: `The port in the address that people type and scan, where a firewall redirects it (${example}). 0: \`${same}\`.`,
  });

const seconds = (fallback: number, description: string, minimum = 1, maximum = 86_400) =>
  Type.Integer({ minimum, maximum, default: fallback, description: `${description} In seconds.` });

const section = <T extends Parameters<typeof Type.Object>[0]>(properties: T, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** The schema itself: sections of settings, each with its default and description. */
export const settingsSchema = section(
  {
    data: section(
      {
        dir: Type.String({
          minLength: 1,
          default: './data',
          description:
            'Folder for the database, keys, certificates and `consultbox.yaml`. Only from the environment.',
        }),
      },
      'Where things are kept.',
    ),
    log: section(
      {
        level: Type.Union(
          [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')],
          {
            default: 'info',
            description: 'The least severe line that is logged.',
          },
        ),
        format: Type.Union([Type.Literal('auto'), Type.Literal('text'), Type.Literal('json')], {
          default: 'auto',
          description: '`auto`: text on a terminal, JSON lines elsewhere.',
        }),
      },
      'Logs, on standard output.',
    ),
    clinic: section(
      {
        name: Type.String({
          default: '',
          pattern: '^[^\\x00-\\x1f\\x7f]{0,40}$',
          description: 'The clinic’s name, at most 40 characters: on its pages and on the box’s own screen.',
        }),
        language: Type.Union([Type.Literal('zh'), Type.Literal('en')], {
          default: 'zh',
          description: 'Which language stands first on the box’s own screen.',
        }),
        timeZone: Type.String({
          default: 'Asia/Shanghai',
          pattern: '^[A-Za-z_+-]+(/[A-Za-z0-9_+-]+){0,2}$',
          description: 'The clinic’s time zone, by its IANA name.',
        }),
        telephone: Type.String({
          default: '',
          pattern: '^([+0-9][0-9 -]{2,24})?$',
          description:
            'What a patient may dial when the box cannot be reached, e.g. `010-12345678`. It travels in the QR code.',
        }),
        wifi: Type.String({
          default: '',
          pattern: '^[^\\x00-\\x1f\\x7f]{0,32}$',
          description:
            'Name of the Wi-Fi that reaches the box: the mini-program tells a patient who is in another network. It travels in the QR code.',
        }),
      },
      'The clinic.',
    ),
    network: section(
      {
        address: Type.String({
          default: 'auto',
          pattern: '^(auto|(\\d{1,3}\\.){3}\\d{1,3})$',
          description:
            'The IPv4 address that the QR code carries. `auto` chooses one of the LAN addresses; a fixed one must be an address of this machine.',
        }),
        names: Type.String({
          default: '',
          pattern: '^([A-Za-z0-9.-]+([ ,]+[A-Za-z0-9.-]+)*)?$',
          description:
            'Further names and addresses under which the box is reached, with commas: a name in the hospital’s DNS, the address of a router that forwards ports. Under others it does not answer, so that no page of the internet can pass for the box.',
        }),
        settle: seconds(3, 'An address must be gone or new for this long before anything follows.', 0, 60),
      },
      'The clinic’s LAN.',
    ),
    http: section(
      {
        port: port(8080, 'TCP port of the phone’s HTTP listener.'),
        publicPort: publicPort('http.port', 'e.g. 80'),
        securePort: Type.Integer({
          minimum: 0,
          maximum: 65535,
          default: 0,
          description:
            'TCP port of the same listener over HTTPS, e.g. 8444 (docs/miniapp.md): while the box has a certificate for its public name (`https.name`), QR codes lead phones there by that name. 0: phones come by HTTP and the box’s address.',
        }),
      },
      'The listener for phones.',
    ),
    https: section(
      {
        port: port(8443, 'TCP port of the clinic’s HTTPS listener.'),
        publicPort: publicPort('https.port', 'e.g. 443'),
        name: Type.String({
          default: '',
          pattern: '^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$',
          description:
            'A public name that resolves to the box’s private address, e.g. `video.clinic.example.org`: the box orders a certificate for it that every browser knows (docs/https.md). Empty: none.',
        }),
        acmeDirectory: Type.String({
          default: 'https://acme-v02.api.letsencrypt.org/directory',
          pattern: '^https://\\S+$',
          description: 'The ACME authority that issues it.',
        }),
        acmeEmail: Type.String({
          default: '',
          pattern: '^([^\\s@]+@[^\\s@]+)?$',
          description: 'Where the authority writes to when something is amiss. May stay empty.',
        }),
        dnsHook: Type.String({
          default: '',
          description:
            'Program that writes the proof into DNS. Called with `add` or `remove`, the record’s name and its TXT value; `add` ends with 0 when the record can be seen by everyone.',
        }),
      },
      'The listener for the doctor’s page.',
    ),
    internal: section(
      {
        port: port(
          8079,
          'TCP port on 127.0.0.1: the media server’s questions, and what the box’s own screen shows.',
        ),
      },
      'The listener that only this machine reaches.',
    ),
    session: section(
      {
        idle: seconds(
          43_200,
          'A browser that nobody used for this long is signed out; never during a consultation.',
          60,
          2_592_000,
        ),
        longest: seconds(604_800, 'The longest that a browser stays signed in.', 300, 2_592_000),
      },
      'Signing in.',
    ),
    media: section(
      {
        engine: Type.Union([Type.Literal('auto'), Type.Literal('mediamtx'), Type.Literal('embedded')], {
          default: 'auto',
          description: '`auto` takes MediaMTX where it can be had, else the embedded engine.',
        }),
        program: Type.String({
          default: 'auto',
          minLength: 1,
          description: 'The MediaMTX program. `auto` looks in PATH and in the cache.',
        }),
        downloadUrl: Type.String({
          default: 'https://github.com/bluenviron/mediamtx/releases/download',
          pattern: '^(https?|file)://',
          description: 'Base URL of MediaMTX’s releases: a mirror or an offline copy may stand here.',
        }),
        cacheDir: Type.String({
          default: 'auto',
          minLength: 1,
          description:
            'Where downloaded programs are kept. `auto`: `$XDG_CACHE_HOME/consultbox` or `~/.cache/consultbox`.',
        }),
        rtmpPort: port(1935, 'TCP port where phones push and play.'),
        icePort: port(8189, 'UDP and TCP port of the browsers’ media.'),
        controlPort: port(9997, 'Control API, on 127.0.0.1.'),
        metricsPort: port(9998, 'Metrics of the media server, on 127.0.0.1.'),
        rtspPort: port(8554, 'RTSP for FFmpeg, on 127.0.0.1.'),
        hlsPort: port(8888, 'HLS, on 127.0.0.1.'),
        webrtcPort: port(8889, 'WHIP and WHEP signalling, on 127.0.0.1.'),
        hls: Type.Union([Type.Literal('low-latency'), Type.Literal('seed')], {
          default: 'low-latency',
          description:
            '`seed` is the setting of the system before this one (mpegts, 3 segments of 1 s), for comparison.',
        }),
      },
      'The media server.',
    ),
    transcoding: section(
      {
        program: Type.String({ default: 'ffmpeg', minLength: 1, description: 'The FFmpeg program.' }),
        aacBitrate: Type.Integer({
          minimum: 32,
          maximum: 320,
          default: 128,
          description: 'The doctor’s sound on its way to the phone, kbit/s.',
        }),
        aacChannels: Type.Integer({
          minimum: 1,
          maximum: 2,
          default: 1,
          description: '1 is enough for voice and costs less; 2 is stereo.',
        }),
        opusBitrate: Type.Integer({
          minimum: 16,
          maximum: 256,
          default: 64,
          description: 'The patient’s sound on its way to the page, kbit/s.',
        }),
        stale: seconds(15, 'An FFmpeg that reports no progress for this long is replaced.', 3, 600),
      },
      'FFmpeg.',
    ),
    consultations: section(
      {
        admission: Type.Union([Type.Literal('automatic'), Type.Literal('manual')], {
          default: 'automatic',
          description: '`automatic` admits a patient who redeems the code; `manual` waits for the doctor.',
        }),
        tokenLife: seconds(600, 'How long a QR code can be redeemed.', 1),
        longest: seconds(43_200, 'A consultation that nobody ended ends by itself after this long.', 60),
      },
      'Consultations and pairing.',
    ),
    player: section(
      {
        minCache: Type.Number({
          minimum: 0.1,
          maximum: 10,
          default: 0.2,
          description: 'live-player’s `min-cache`, seconds.',
        }),
        maxCache: Type.Number({
          minimum: 0.1,
          maximum: 10,
          default: 0.8,
          description: 'live-player’s `max-cache`, seconds.',
        }),
        mode: Type.Union([Type.Literal('live'), Type.Literal('RTC')], {
          default: 'live',
          description: 'live-player’s `mode`.',
        }),
      },
      'What the mini-program’s player is told.',
    ),
    pusher: section(
      {
        mode: Type.Union([Type.Literal('RTC'), Type.Literal('SD'), Type.Literal('HD'), Type.Literal('FHD')], {
          default: 'RTC',
          description: 'live-pusher’s `mode`. `RTC` has the least delay.',
        }),
        minBitrate: Type.Integer({
          minimum: 50,
          maximum: 4000,
          default: 300,
          description: 'live-pusher’s `min-bitrate`, kbit/s.',
        }),
        maxBitrate: Type.Integer({
          minimum: 100,
          maximum: 8000,
          default: 1000,
          description: 'live-pusher’s `max-bitrate`, kbit/s; not below `pusher.minBitrate`.',
        }),
        width: Type.Integer({
          minimum: 120,
          maximum: 1920,
          default: 480,
          description: 'live-pusher’s `video-width`, pixels of the upright picture.',
        }),
        height: Type.Integer({
          minimum: 160,
          maximum: 1920,
          default: 640,
          description: 'live-pusher’s `video-height`, pixels.',
        }),
        audioQuality: Type.Union([Type.Literal('high'), Type.Literal('low')], {
          default: 'high',
          description: 'live-pusher’s `audio-quality`: `high` is 48 kHz, `low` 16 kHz.',
        }),
        aspect: Type.Union([Type.Literal('9:16'), Type.Literal('3:4')], {
          default: '3:4',
          description: 'live-pusher’s `aspect`, width to height.',
        }),
      },
      'What the mini-program’s pusher is told.',
    ),
    miniapp: section(
      {
        appId: Type.String({
          default: '',
          pattern: '^(wx[0-9a-f]{16})?$',
          description:
            'The operator’s own AppID, for `bun run miniapp:build`. Empty: a tourist’s, to look at it.',
        }),
        uploadKey: Type.String({
          default: '',
          description:
            'File with the key that WeChat’s console gives for uploading code, for `bun run miniapp:upload`.',
        }),
        linkPrefix: Type.String({
          default: '',
          pattern: '^(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/([\\w-]+/)*)?$',
          description:
            'Where WeChat’s own scanner opens the mini-program by an ordinary link (docs/miniapp.md): the start of the link, e.g. `https://example.com/consult/`. QR codes then hold `<linkPrefix>p/<token>?b=<box>:<port>`. Empty: they hold the box’s own address.',
        }),
      },
      'The patient’s mini-program.',
    ),
  },
  'Consultbox',
);

/** All settings, resolved. */
export type Settings = Static<typeof settingsSchema>;
