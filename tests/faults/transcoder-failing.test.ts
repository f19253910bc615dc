/** An FFmpeg that keeps failing: the view and the page say so, and no longer once it works again. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Box } from '../tools/box.ts';
import { launchChromium, SimulatedDoctor } from '../tools/doctor.ts';
import { onEachEngine } from '../tools/engines.ts';
import { TestPhone } from '../tools/wechat/phone.ts';

onEachEngine('FFmpeg keeps failing', (engine) => {
  const work = mkdtempSync(join(tmpdir(), 'consultbox-ffmpeg-'));
  const broken = join(work, 'broken');
  let box: Box;
  let browser: Browser;
  let doctor: SimulatedDoctor;
  let phone: TestPhone;
  let id: string;

  beforeAll(async () => {
    // The real one, which refuses to transcode while the file is there.
    const program = join(work, 'ffmpeg');
    const real = Bun.which('ffmpeg') ?? '';
    writeFileSync(
      program,
      `#!/bin/sh\ncase "$*" in *-progress*) [ ! -e '${broken}' ] || { echo 'out of order' >&2; exit 1; } ;; esac\nexec '${real}' "$@"\n`,
    );
    chmodSync(program, 0o755);
    symlinkSync(Bun.which('ffprobe') ?? '', join(work, 'ffprobe'));
    box = await Box.start({ engine, settings: { CONSULTBOX_TRANSCODING_PROGRAM: program } });
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    phone?.stop();
    await doctor?.close();
    await browser?.close();
    await box?.stop();
    rmSync(work, { recursive: true, force: true });
  });

  test('both directions are said to fail, with what to do; the last lines of FFmpeg are kept', async () => {
    writeFileSync(broken, '');
    doctor = await SimulatedDoctor.open(browser, `${box.clinicUrl}/`);
    await doctor.signIn();
    id = await doctor.start();
    phone = new TestPhone();
    await phone.join((await box.view(id)).pairing?.url ?? '');
    const patients = await doctor.meets('patient_transcoder_failing');
    expect(patients).toContain('患者的画面在问诊盒上转换失败，正在自动重试。');
    expect(patients).toContain('若持续一分钟，请患者退出小程序后“再扫一次”。');
    const own = await doctor.meets('doctor_transcoder_failing');
    expect(own).toContain('您的画面在问诊盒上转换失败，正在自动重试。');
    await doctor.sees('seen-status', '患者还没看到您');
    const view = await box.view(id);
    expect([view.doctor.problem, view.patient.problem]).toEqual(['transcoder_failing', 'transcoder_failing']);
    const { transcoders } = await box.status();
    for (const { lastLines, restarts, lastExitCode } of transcoders) {
      expect({ lastLines, lastExitCode }).toEqual({
        lastLines: expect.arrayContaining(['out of order']),
        lastExitCode: 1,
      });
      expect(restarts).toBeGreaterThanOrEqual(3);
    }
  });

  test('once it works, both pictures come and nothing is said any more', async () => {
    rmSync(broken);
    await doctor.sees('player-mode', 'WebRTC');
    await doctor.sees('seen-status', '患者能看到您');
    await doctor.isWell();
    const { doctor: own, patient: theirs } = await box.view(id);
    expect([own.problem, theirs.problem]).toEqual([null, null]);
  });
});
