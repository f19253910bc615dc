/** Every page and state that a patient can meet, with what a clinic might write: long names, long messages. */
import { type Language, type MessageKey, say } from '../../../../miniapp/i18n/catalogue.ts';
import { reachFaults } from '../../../../miniapp/machine/diagnose.ts';
import { type Model, permissionNames, refusalKinds } from '../../../../miniapp/machine/model.ts';
import type { RememberedClinic } from '../../../../miniapp/session/memory.ts';
import { code, liveView, modelIn, session, view } from '../../../../miniapp/testing/samples.ts';
import type { PhoneView } from '../../../../server/consultations/phone-protocol.ts';
import type { Posed } from './posed-session.ts';

/** One picture to be taken. */
export interface Pose extends Posed {
  name: string;
  /** As in app.json. */
  route: string;
  /** Labels that are tapped before, one after the other. */
  taps?: string[];
}

const pages = {
  home: 'pages/home/home',
  consultation: 'pages/consultation/consultation',
  ended: 'pages/ended/ended',
  help: 'pages/help/help',
  fieldTest: 'pages/field-test/field-test',
};

const words = {
  zh: {
    clinic: '和平里社区卫生服务中心',
    patient: '欧阳建国（内科 3 号）',
    doctor: { name: '李慧敏医生', title: '副主任医师', department: '心血管内科' },
    question: '您好，听得清楚吗？',
    answers: ['听得清楚', '听不清'],
    long: '您今天早上量的血压有一点高，请先坐下来休息五分钟，手臂放平，不要说话，再量一次，然后把两个数字告诉我。药先照原来的吃，不要自己加量，也不要停。如果头晕、胸闷或者看东西模糊，请马上告诉身边的家里人，并且拨打急救电话。量好以后按下面的按钮，我在这里等您，不用着急。',
    many: ['已经量好了', '还没有量', '家里没有血压计', '请您再说一遍'],
    advice: [
      '1. 降压药每天早上吃一片，不要停药。',
      '2. 每天早晚各量一次血压，记在本子上。',
      '3. 少吃盐，少吃咸菜，多走路，每天半小时。',
      '4. 头晕、胸痛时马上打 120。',
      '5. 两周后带着记录来复查（周一到周五上午，内科 3 诊室）。',
    ].join('\n'),
  },
  en: {
    clinic: 'Heping Community Health Centre',
    patient: 'Margaret Featherstone (room 3)',
    doctor: { name: 'Dr Huimin Li', title: 'Associate chief physician', department: 'Cardiology' },
    question: 'Hello, can you hear me well?',
    answers: ['Yes, I can', 'No, I cannot'],
    long: 'Your blood pressure was a little high this morning. Please sit down for five minutes, keep your arm flat, measure once more, and tell me both numbers. Go on with your tablets as before. I wait for you.',
    many: ['I have measured', 'Not yet', 'I have no meter at home', 'Please say that again'],
    advice: [
      '1. One tablet every morning; do not stop taking it.',
      '2. Measure your blood pressure morning and evening, and write it down.',
      '3. Less salt, no pickles, half an hour of walking a day.',
      '4. Dizziness or chest pain: call 120 at once.',
      '5. Come back in two weeks with your notes (Monday to Friday, mornings, room 3).',
    ].join('\n'),
  },
} as const;

const notices: MessageKey[] = [
  ...([
    'media.pushRetry',
    'media.pushRestart',
    'media.pushWeak',
    'media.playRetry',
    'media.playWeak',
  ] as const),
  ...(['media.cameraBusy', 'media.microphoneBusy', 'media.encoder', 'media.decoder'] as const),
  ...(['media.audioDevice', 'media.suspended', 'call.echoEar', 'call.echoTalk'] as const),
];

/** What differs by language alone, once. */
function peopleIn(language: Language) {
  const said = words[language];
  const clinic: RememberedClinic = {
    name: said.clinic,
    wifi: 'Heping-Health-Guest-5G',
    telephone: '010-12345678',
    base: code.base,
  };
  const named: Partial<PhoneView> = {
    clinic,
    patientLabel: said.patient,
    doctor: said.doctor,
    messages: [],
  };
  const message = (text: string, answers: readonly string[], answered: string | null = null) => ({
    messages: [{ id: 'm1', text, answers: [...answers], answered }],
  });
  return { said, clinic, waiting: { ...view, ...named }, live: { ...liveView, ...named }, message };
}

function firstPages(language: Language): Pose[] {
  const { clinic } = peopleIn(language);
  const model = modelIn('home');
  const start = say(language, 'test.start');
  const measured = { redeem: 412, pushStart: 830, playStart: 1240, push: null, play: null };
  return [
    { name: 'home-first', route: pages.home, model },
    { name: 'home-clinic', route: pages.home, model, clinic },
    { name: 'home-resumable', route: pages.home, model, clinic, resumable: true },
    { name: 'help', route: pages.help, model },
    { name: 'field-test', route: pages.fieldTest, model },
    { name: 'field-test-results', route: pages.fieldTest, model, measured, taps: [start] },
  ];
}

/** Until something is seen: reaching, no's, what the patient is asked. */
function beforehand(language: Language): Pose[] {
  const { waiting } = peopleIn(language);
  const known = { code: { ...code, wifi: 'Heping-Health-Guest-5G' }, view: waiting };
  const at = (name: string, model: Model): Pose => ({ name, route: pages.consultation, model });
  const family = { ...session, by: 'family' as const, confirmed: false };
  const consent = (change: Partial<PhoneView['consent']>) => ({
    view: { ...waiting, consent: { ...waiting.consent, ...change } },
  });
  return [
    at('reaching', modelIn('reaching')),
    at('reaching-slow', modelIn('reaching', { slow: true })),
    ...reachFaults.map((fault) =>
      at(`unreachable-${fault}`, modelIn('unreachable', { ...known, unreachable: fault })),
    ),
    ...refusalKinds.map((kind) => at(`refused-${kind}`, modelIn('refused', { ...known, refusal: kind }))),
    at('confirming', modelIn('confirming', known)),
    at('confirming-family', modelIn('confirming', { ...known, session: family })),
    at('confirming-demonstration', modelIn('confirming', { ...known, demo: true })),
    at('consent', modelIn('consent', consent({ recorded: false }))),
    at('consent-recorded-family', modelIn('consent', { ...consent({ recorded: true }), session: family })),
    at('permissions', modelIn('permissions', known)),
    at('permissions-asking', modelIn('permissions', { ...known, asking: true })),
    ...permissionNames.map((name) =>
      at(`forbidden-${name}`, modelIn('forbidden', { ...known, missing: [name] })),
    ),
  ];
}

/** With pictures. */
function stages(language: Language): Pose[] {
  const { said, waiting, live, message } = peopleIn(language);
  const more = say(language, 'call.more');
  const at = (name: string, model: Model, ...taps: string[]): Pose => ({
    ...{ name, route: pages.consultation, model },
    ...(taps.length === 0 ? {} : { taps }),
  });
  const seen = { ...live, watched: true };
  const { controls } = modelIn('consultation');
  const talk = { ...controls, pressToTalk: true };
  return [
    at('waiting', modelIn('waiting', { view: waiting })),
    at(
      'waiting-message',
      modelIn('waiting', { view: { ...waiting, ...message(said.question, said.answers) } }),
    ),
    at('waiting-more', modelIn('waiting', { view: waiting }), more),
    at('waiting-demonstration', modelIn('waiting', { view: waiting, demo: true })),
    at('live-doctor-coming', modelIn('consultation', { view: live, play: 'starting' })),
    at('live-doctor-paused', modelIn('consultation', { view: { ...live, doctorPublishing: false } })),
    at('live', modelIn('consultation', { view: seen })),
    at('live-more', modelIn('consultation', { view: seen }), more),
    at(
      'live-all-off',
      modelIn('consultation', {
        ...{ view: seen, controls: { ...controls, microphone: false, camera: false, speaker: false } },
      }),
      more,
    ),
    at('live-demonstration', modelIn('consultation', { view: seen, demo: true })),
    at(
      'live-message',
      modelIn('consultation', { view: { ...seen, ...message(said.question, said.answers) } }),
    ),
    at(
      'live-answered',
      modelIn('consultation', {
        view: { ...seen, ...message(said.question, said.answers, said.answers[0]) },
      }),
    ),
    at('live-message-only', modelIn('consultation', { view: { ...seen, ...message(said.question, []) } })),
    at('live-long-message', modelIn('consultation', { view: { ...seen, ...message(said.long, said.many) } })),
    at(
      'live-long-message-more',
      modelIn('consultation', { view: { ...seen, ...message(said.long, said.answers) } }),
      more,
    ),
    at(
      'live-long-message-talk',
      modelIn('consultation', { view: { ...seen, ...message(said.long, said.many) }, controls: talk }),
    ),
    at(
      'live-message-notice',
      modelIn('consultation', {
        ...{ view: { ...seen, ...message(said.question, said.answers) }, notice: 'media.cameraBusy' },
      }),
    ),
    at('live-talk', modelIn('consultation', { view: seen, controls: talk })),
    at('live-talking', modelIn('consultation', { view: seen, controls: { ...talk, talking: true } })),
    at('live-talk-more', modelIn('consultation', { view: seen, controls: talk }), more),
    ...notices.map((notice) => at(`live-${notice}`, modelIn('consultation', { view: seen, notice }))),
    at('reconnecting', modelIn('reconnecting', { view: seen })),
    at('reconnecting-long', modelIn('reconnecting', { view: seen, attempts: 5 })),
    at('reconnecting-offline', modelIn('reconnecting', { view: seen, offline: true })),
    at(
      'reconnecting-message',
      modelIn('reconnecting', {
        view: { ...seen, ...message(said.question, said.answers) },
      }),
    ),
    at('away-call', modelIn('away', { view: seen, away: 'call' })),
    at('away-background', modelIn('away', { view: seen, away: 'background' })),
  ];
}

function endings(language: Language): Pose[] {
  const { said, live } = peopleIn(language);
  const at = (name: string, change: Partial<Model>): Pose => ({
    ...{ name, route: pages.ended, model: modelIn('ended', { view: live, ...change }) },
  });
  return [
    at('ended-advice', { session: null, ended: { by: 'box', advice: said.advice } }),
    at('ended-no-advice', { session: null, ended: { by: 'box', advice: null } }),
    at('ended-left', { ended: { by: 'patient', advice: null } }),
  ];
}

export function posesIn(language: Language): Pose[] {
  return [...firstPages(language), ...beforehand(language), ...stages(language), ...endings(language)];
}
