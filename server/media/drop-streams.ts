/** Ends connections at the media server. */
import type { MediaPath, MediaPeer, MediaServer } from './contract.ts';

async function kickAll(media: MediaServer, peers: MediaPeer[]): Promise<void> {
  await Promise.all(peers.map((peer) => media.kick(peer)));
}

function peersOf(path: MediaPath): MediaPeer[] {
  return path.source === null ? path.readers : [path.source, ...path.readers];
}

/** Ends every publisher and reader of the paths that `selects` chooses. @throws Error when it does not answer */
export async function dropStreams(media: MediaServer, selects: (path: MediaPath) => boolean): Promise<void> {
  const paths = await media.paths();
  await kickAll(media, paths.filter(selects).flatMap(peersOf));
}

/** Ends the RTMP readers of a path but one: one phone, one reader. @throws Error when it does not answer */
export async function dropOtherRtmpReaders(media: MediaServer, path: string, keepId: string): Promise<void> {
  const found = (await media.paths()).find((each) => each.name === path);
  await kickAll(
    media,
    (found?.readers ?? []).filter((reader) => reader.type === 'rtmpConn' && reader.id !== keepId),
  );
}
