/** A real Chromium that publishes by WHIP and plays by WHEP, without any of our pages. */
import type { Browser, Page } from 'playwright-core';

/** A page with one peer connection. */
export class BrowserPeer {
  private constructor(private readonly page: Page) {}

  /** @param origin on this machine, where a page may use the camera; whatever it answers will do */
  static async open(browser: Browser, origin: string): Promise<BrowserPeer> {
    const page = await browser.newPage();
    await page.goto(origin);
    return new BrowserPeer(page);
  }

  /** Publishes the browser's fake camera and microphone. */
  async publish(url: string, key: string, codec = 'video/H264'): Promise<void> {
    const offer = await this.page.evaluate(async (preferred) => {
      const media = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
      const peer = new RTCPeerConnection();
      for (const track of media.getTracks()) {
        const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [media] });
        if (track.kind !== 'video') continue;
        const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
        transceiver.setCodecPreferences(codecs.filter((each) => each.mimeType === preferred));
      }
      Object.assign(window, { peer });
      await peer.setLocalDescription();
      return peer.localDescription?.sdp ?? '';
    }, codec);
    await this.exchange(url, key, offer);
  }

  /** Plays into a video element. */
  async play(url: string, key: string, kinds: ('video' | 'audio')[] = ['video', 'audio']): Promise<void> {
    const offer = await this.page.evaluate(async (wanted) => {
      const peer = new RTCPeerConnection();
      const video = document.createElement('video');
      const media = new MediaStream();
      video.muted = true;
      video.autoplay = true;
      video.srcObject = media;
      document.body.append(video);
      peer.addEventListener('track', (event) => media.addTrack(event.track));
      for (const kind of wanted) peer.addTransceiver(kind, { direction: 'recvonly' });
      Object.assign(window, { peer });
      await peer.setLocalDescription();
      return peer.localDescription?.sdp ?? '';
    }, kinds);
    await this.exchange(url, key, offer);
  }

  /** Pictures that were shown so far. */
  frames(): Promise<number> {
    return this.page.evaluate(
      () => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
    );
  }

  private async exchange(url: string, key: string, offer: string): Promise<void> {
    const answer = await fetch(url, {
      method: 'POST',
      body: offer,
      headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${key}` },
    });
    const sdp = await answer.text();
    if (answer.status !== 201) throw new Error(`${url} answered ${answer.status}: ${sdp}`);
    await this.page.evaluate(async (text) => {
      const { peer } = window as unknown as { peer: RTCPeerConnection };
      await peer.setRemoteDescription({ type: 'answer', sdp: text });
    }, sdp);
  }
}
