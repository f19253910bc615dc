/** What runs inside the measuring page; each function is sent to it whole and may use nothing from outside. */

/** Plays by WHEP and by HLS at the same time and gives the ages of their pictures, ms. */
export async function measurePlayers(options: {
  whep: string;
  hls: Record<string, string>;
  settle: number;
  duration: number;
}): Promise<Record<string, number[]>> {
  const videos = new Map<string, HTMLVideoElement>();
  const video = (name: string) => {
    const element = document.createElement('video');
    element.muted = true;
    element.autoplay = true;
    element.width = 320;
    document.body.append(element);
    videos.set(name, element);
    return element;
  };
  const pc = new RTCPeerConnection();
  const stream = new MediaStream();
  pc.ontrack = ({ track }) => stream.addTrack(track);
  pc.addTransceiver('video', { direction: 'recvonly' });
  pc.addTransceiver('audio', { direction: 'recvonly' });
  await pc.setLocalDescription();
  const answer = await fetch(options.whep, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: pc.localDescription?.sdp ?? '',
  });
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  video('whep').srcObject = stream;
  for (const [name, url] of Object.entries(options.hls)) {
    const element = video(name);
    // @ts-expect-error hls.js is a script of the page
    const hls = new window.Hls({ lowLatencyMode: true, enableWorker: true });
    hls.loadSource(url);
    hls.attachMedia(element);
  }
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const age = (element: HTMLVideoElement): number | null => {
    if (context === null || element.videoWidth === 0) return null;
    context.drawImage(element, 0, 0, 640, 480);
    const { data } = context.getImageData(0, 0, 640, 480);
    const read = (index: number) =>
      (data[4 * ((Math.floor(index / 8) * 80 + 40) * 640 + (index % 8) * 80 + 40)] ?? 0) > 128;
    let value = 0;
    for (let index = 0; index < 24; index += 1) {
      if (read(index) === read(index + 24)) return null;
      if (read(index)) value += 2 ** index;
    }
    return ((Date.now() % 2 ** 24) - value + 2 ** 24) % 2 ** 24;
  };
  const ages: Record<string, number[]> = {};
  await new Promise((resolve) => setTimeout(resolve, options.settle));
  const end = performance.now() + options.duration;
  while (performance.now() < end) {
    for (const [name, element] of videos) {
      const value = age(element);
      if (value !== null) {
        ages[name] ??= [];
        ages[name].push(value);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 70));
  }
  pc.close();
  document.body.replaceChildren();
  return ages;
}

/** Publishes a clock by WHIP; resolves when it is connected. */
export async function publishClock(options: { whip: string; fps: number }): Promise<void> {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  document.body.append(canvas);
  const context = canvas.getContext('2d');
  const draw = () => {
    if (context === null) return;
    const value = Date.now() % 2 ** 24;
    for (let index = 0; index < 48; index += 1) {
      const bit = Math.floor(value / 2 ** (index % 24)) % 2;
      context.fillStyle = (index < 24 ? bit === 1 : bit === 0) ? '#fff' : '#000';
      context.fillRect((index % 8) * 80, Math.floor(index / 8) * 80, 80, 80);
    }
  };
  setInterval(draw, 1000 / options.fps);
  draw();
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const destination = audio.createMediaStreamDestination();
  tone.connect(destination);
  tone.start();
  const picture = canvas.captureStream(options.fps).getVideoTracks()[0];
  const sound = destination.stream.getAudioTracks()[0];
  const pc = new RTCPeerConnection();
  for (const track of [picture, sound]) {
    if (track === undefined) continue;
    const transceiver = pc.addTransceiver(track, { direction: 'sendonly' });
    if (track.kind !== 'video') continue;
    const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === 'video/H264'));
  }
  await pc.setLocalDescription();
  const answer = await fetch(options.whip, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: pc.localDescription?.sdp ?? '',
  });
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  const connected = () => pc.connectionState === 'connected';
  while (!connected()) await new Promise((resolve) => setTimeout(resolve, 50));
}
