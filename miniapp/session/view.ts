/** What the pages show, made from the model alone; the pages only set it. */
import type { ConsentGiver, PhoneChatMessage, PhoneView } from '../../server/consultations/phone-protocol.ts';
import { type Language, type MessageKey, type Parameters, say } from '../i18n/catalogue.ts';
import type { EventType } from '../machine/events.ts';
import { type Model, type PermissionName, telephoneOf, wifiOf } from '../machine/model.ts';
import type { Device } from '../platform/platform.ts';
import { consentVersion } from './box-client.ts';
import { defaultPlayer, defaultPusher } from './read.ts';

/** A button's event, or what the page does itself. */
export type Press = EventType | 'leave_asked';

export interface Button {
  press: Press;
  label: string;
  kind: 'primary' | 'plain' | 'danger';
}

/** A button of the consultation that is on or off. */
export interface Control {
  press: Press;
  label: string;
  on: boolean;
}

/** One sentence, one way out, buttons. */
export interface NoticeView {
  title: string;
  text: string;
  hint: string;
  buttons: Button[];
  busy: boolean;
}

/** The label, the doctor, who holds the phone. */
export interface ConfirmView {
  title: string;
  patientTitle: string;
  patient: string;
  doctorTitle: string;
  doctor: string;
  doctorLine: string;
  byTitle: string;
  by: { value: ConsentGiver; label: string; chosen: boolean }[];
  buttons: Button[];
}

export interface ListView {
  title: string;
  lines: string[];
  hint: string;
  buttons: Button[];
}

/** live-pusher's and live-player's attributes, and everything that lies on them. */
export interface StageView {
  /** The doctor is large and one's own picture small; else one's own is large. */
  live: boolean;
  pushUrl: string;
  playUrl: string;
  pusher: PhoneView['pusher'];
  /** Without a size of ours: the phone chooses. */
  plain: boolean;
  player: PhoneView['player'];
  microphone: boolean;
  camera: boolean;
  soundMode: 'speaker' | 'ear';
  /** Above the pictures; empty: nothing. */
  banner: string;
  /** `busy`: something is being mended. */
  bannerKind: 'calm' | 'busy';
  /** Instead of the doctor's picture; empty: it is there. */
  doctorText: string;
  title: string;
  hint: string;
  /** The doctor sees the patient. */
  seen: string;
  message: { id: string; title: string; text: string; answers: string[]; answered: string } | null;
  controls: Control[];
  more: Control[];
  moreLabel: string;
  sound: string;
  /** The large button of press-to-talk; empty: none. */
  talk: string;
  talking: boolean;
  endLabel: string;
  /** Shown where waiting alone may not help. */
  buttons: Button[];
}

/** The one page from reaching to consultation. */
export interface ConsultationPage {
  screen: 'notice' | 'confirm' | 'list' | 'stage';
  demo: string;
  notice: NoticeView | null;
  confirm: ConfirmView | null;
  list: ListView | null;
  stage: StageView | null;
}

type Say = (key: MessageKey, parameters?: Parameters) => string;

const button = (say: Say, press: Press, key: MessageKey, kind: Button['kind'] = 'plain'): Button => ({
  press,
  label: say(key),
  kind,
});

const callButton = (model: Model, say: Say): Button[] =>
  telephoneOf(model) === null ? [] : [button(say, 'call_clinic', 'action.call')];

/** The sentence for an unreachable box, with the Wi-Fi's name where it is known. */
function faultWay(model: Model, say: Say): string {
  const { unreachable } = model;
  if (unreachable === null) return '';
  const wifi = wifiOf(model);
  if (wifi !== null && (unreachable === 'no_wifi' || unreachable === 'other_network')) {
    return say(`fault.${unreachable}.way.named`, { wifi });
  }
  return say(`fault.${unreachable}.way`);
}

function noticeView(model: Model, say: Say): NoticeView {
  switch (model.state) {
    case 'unreachable':
      return {
        title: model.unreachable === null ? say('reach.title') : say(`fault.${model.unreachable}`),
        text: faultWay(model, say),
        hint: '',
        buttons: [
          button(say, 'retry', 'action.retry', 'primary'),
          ...callButton(model, say),
          button(say, 'scan', 'action.scan'),
          button(say, 'go_home', 'action.home'),
        ],
        busy: false,
      };
    case 'refused': {
      const refusal = model.refusal ?? 'session_lost';
      return {
        title: say(`refused.${refusal}`),
        text: say(`refused.${refusal}.way`),
        hint: '',
        buttons: [
          refusal === 'disagreed'
            ? button(say, 'retry', 'action.retry', 'primary')
            : button(say, 'scan', 'action.scan', 'primary'),
          ...callButton(model, say),
          button(say, 'go_home', 'action.home'),
        ],
        busy: false,
      };
    }
    case 'forbidden': {
      const missing: PermissionName = model.missing[0] ?? 'camera';
      return {
        title: say(`forbidden.${missing}`),
        text: say(`forbidden.${missing}.way`),
        hint: '',
        buttons: [
          ...(missing === 'privacy' ? [] : [button(say, 'open_settings', 'action.settings', 'primary')]),
          button(say, 'retry', 'action.retry', missing === 'privacy' ? 'primary' : 'plain'),
          button(say, 'go_home', 'action.home'),
        ],
        busy: false,
      };
    }
    default:
      return {
        title: say('reach.title'),
        text: model.slow ? say('reach.slow') : '',
        hint: model.slow ? say('reach.iosQuestion') : '',
        buttons: model.slow ? [button(say, 'go_home', 'action.home')] : [],
        busy: true,
      };
  }
}

function byChoice(model: Model, say: Say): ConfirmView['by'] {
  const by = model.session?.by ?? 'patient';
  return [
    { value: 'patient', label: say('confirm.byPatient'), chosen: by === 'patient' },
    { value: 'family', label: say('confirm.byFamily'), chosen: by === 'family' },
  ];
}

function confirmView(model: Model, say: Say): ConfirmView {
  const doctor = model.view?.doctor ?? null;
  const patient = model.view?.patientLabel ?? '';
  return {
    title: say('confirm.title'),
    patientTitle: patient === '' ? '' : say('confirm.patient'),
    patient,
    doctorTitle: doctor === null ? '' : say('confirm.doctor'),
    doctor: doctor?.name ?? '',
    doctorLine: doctorLine(doctor, say),
    byTitle: say('confirm.by'),
    by: byChoice(model, say),
    buttons: [button(say, 'confirm', 'confirm.yes', 'primary'), button(say, 'deny', 'confirm.no')],
  };
}

function listView(model: Model, say: Say): ListView {
  if (model.state === 'permissions') {
    return {
      title: say('permission.title'),
      lines: [say('permission.camera'), say('permission.microphone')],
      hint: model.asking ? say('permission.asking') : say('permission.hint'),
      buttons: model.asking ? [] : [button(say, 'allow', 'permission.allow', 'primary')],
    };
  }
  const recorded = model.view?.consent.recorded ?? false;
  const family = model.session?.by === 'family';
  return {
    title: say('consent.title'),
    lines: [
      say('consent.camera'),
      say('consent.lan'),
      say(recorded ? 'consent.recorded' : 'consent.notRecorded'),
      say('consent.kept'),
      say('consent.stop'),
      say('consent.emergency'),
    ],
    hint: say('consent.version', { version: consentVersion }),
    buttons: [
      button(say, 'agree', family ? 'consent.agreeFamily' : 'consent.agree', 'primary'),
      button(say, 'disagree', 'consent.disagree'),
    ],
  };
}

/** The message that waits for an answer, else the newest. */
function messageView(model: Model, say: Say): StageView['message'] {
  const messages = model.view?.messages ?? [];
  const answerOf = ({ id, answered }: PhoneChatMessage) => answered ?? model.answers[id] ?? null;
  const open = messages.filter((each) => each.answers.length > 0 && answerOf(each) === null);
  const shown = open[0] ?? messages[messages.length - 1];
  if (shown === undefined) return null;
  const answer = answerOf(shown);
  return {
    id: shown.id,
    title: say('call.message'),
    text: shown.text,
    answers: answer === null ? shown.answers : [],
    answered: answer === null ? '' : say('call.answered', { answer }),
  };
}

function bannerOf(model: Model, say: Say): Pick<StageView, 'banner' | 'bannerKind'> {
  const busy = (key: MessageKey) => ({ banner: say(key), bannerKind: 'busy' as const });
  if (model.state === 'away') return busy(model.away === 'call' ? 'away.call' : 'away.background');
  if (model.offline) return busy('reconnect.offline');
  if (model.state === 'reconnecting') return busy(model.attempts > 3 ? 'reconnect.long' : 'reconnect.title');
  return { banner: model.notice === null ? '' : say(model.notice), bannerKind: 'calm' };
}

function stageButtons(model: Model, say: Say): Button[] {
  if (model.state === 'away') {
    return [button(say, 'retry', model.away === 'call' ? 'away.back' : 'ended.rejoin', 'primary')];
  }
  if (model.state !== 'reconnecting' || model.attempts <= 3) return [];
  return [
    button(say, 'retry', 'action.retry', 'primary'),
    button(say, 'scan', 'action.scan'),
    ...callButton(model, say),
  ];
}

function doctorText(model: Model, say: Say): string {
  if (model.play === 'on') return model.view?.doctorPublishing === false ? say('call.doctorPaused') : '';
  return say('call.doctorComing');
}

function mainControls({ controls: { microphone, camera } }: Model, say: Say): Control[] {
  return [
    { press: 'toggle_microphone', label: say(microphone ? 'call.micOn' : 'call.micOff'), on: microphone },
    { press: 'toggle_camera', label: say(camera ? 'call.cameraOn' : 'call.cameraOff'), on: camera },
  ];
}

function moreControls({ controls }: Model, live: boolean, say: Say): Control[] {
  const switchCamera: Control = { press: 'switch_camera', label: say('call.switchCamera'), on: true };
  if (!live) return [switchCamera];
  const { speaker, pressToTalk } = controls;
  return [
    switchCamera,
    { press: 'toggle_speaker', label: say(speaker ? 'call.speaker' : 'call.ear'), on: speaker },
    pressToTalk
      ? { press: 'talk_off', label: say('call.talkOff'), on: true }
      : { press: 'echo', label: say('call.echo'), on: true },
  ];
}

function stageView(model: Model, say: Say): StageView {
  const { view, controls } = model;
  const live = view?.state === 'live';
  const { microphone, camera, speaker, pressToTalk, talking } = controls;
  const buttons = stageButtons(model, say);
  // One thing at a time: what mends the connection comes before everything else, and needs its place.
  const mending = buttons.length > 0;
  return {
    live,
    // The demonstration's addresses lead nowhere: the components would complain.
    pushUrl: model.demo ? '' : (view?.pushUrl ?? ''),
    playUrl: model.demo ? '' : (view?.playUrl ?? ''),
    pusher: view?.pusher ?? defaultPusher,
    plain: model.plain,
    player: view?.player ?? defaultPlayer,
    microphone: microphone && (!pressToTalk || talking),
    camera,
    soundMode: speaker ? 'speaker' : 'ear',
    ...bannerOf(model, say),
    doctorText: live ? doctorText(model, say) : '',
    title: live ? '' : say('wait.title'),
    hint: live ? '' : say('wait.hint'),
    seen: live && view.watched && model.push === 'on' ? say('call.seen') : '',
    message: mending ? null : messageView(model, say),
    controls: mending ? [] : mainControls(model, say),
    more: moreControls(model, live, say),
    moreLabel: say('call.more'),
    sound: live && !mending ? say('call.sound') : '',
    talk: live && pressToTalk ? say(talking ? 'call.talking' : 'call.talk') : '',
    talking,
    endLabel: say('call.end'),
    buttons,
  };
}

const screens: Partial<Record<Model['state'], ConsultationPage['screen']>> = {
  confirming: 'confirm',
  consent: 'list',
  permissions: 'list',
  waiting: 'stage',
  consultation: 'stage',
  reconnecting: 'stage',
  away: 'stage',
};

/** The consultation page. */
export function consultationPage(model: Model, language: Language): ConsultationPage {
  const speak: Say = (key, parameters) => say(language, key, parameters);
  const screen = screens[model.state] ?? 'notice';
  return {
    screen,
    demo: model.demo ? speak('demo.banner') : '',
    notice: screen === 'notice' ? noticeView(model, speak) : null,
    confirm: screen === 'confirm' ? confirmView(model, speak) : null,
    list: screen === 'list' ? listView(model, speak) : null,
    stage: screen === 'stage' ? stageView(model, speak) : null,
  };
}

/** The last page. */
export interface EndedPage {
  title: string;
  adviceTitle: string;
  advice: string;
  hint: string;
  buttons: Button[];
}

export function endedPage(model: Model, language: Language): EndedPage {
  const speak: Say = (key, parameters) => say(language, key, parameters);
  const advice = model.ended?.advice ?? null;
  const left = model.ended?.by === 'patient' && model.session !== null;
  return {
    title: speak(left ? 'ended.left' : 'ended.title'),
    adviceTitle: advice === null ? '' : speak('ended.advice'),
    advice: advice ?? speak(left ? 'ended.leftOpen' : 'ended.noAdvice'),
    hint: advice === null ? '' : speak('ended.keep'),
    buttons: left
      ? [
          button(speak, 'rejoin', 'ended.rejoin', 'primary'),
          ...callButton(model, speak),
          button(speak, 'go_home', 'action.home'),
        ]
      : [button(speak, 'go_home', 'action.home', 'primary'), ...callButton(model, speak)],
  };
}

/**
 * The size of a `rem`, px: grows with the patient's letters, but 16 of them must still fit side by side.
 * @param width of the screen, px
 */
export function rootFontSize({ fontScale, width }: Pick<Device, 'fontScale' | 'width'>): number {
  const widest = Math.max(16, width / 16);
  return Math.round(Math.min(Math.max(fontScale, 1) * 16, widest));
}

/** Title, department and licence, as far as they are known. */
function doctorLine(doctor: PhoneView['doctor'], say: Say): string {
  const licence = doctor?.licence == null ? '' : say('confirm.licence', { number: doctor.licence });
  return [doctor?.title, doctor?.department, licence].filter((each) => each).join(' · ');
}
