/** What the technician's page about HTTPS says. */
import { currentLanguage, type Language } from '../shared/i18n.ts';

const zh = {
  title: 'HTTPS 与证书',
  lead: '浏览器只把摄像头交给安全的页面（HTTPS）。下面从最好的办法排起，任选一种。',
  loading: '正在读取…',
  signIn: '请先登录，再打开本页。',
  toSignIn: '去登录',
  failed: '没有成功（{code}）。请再试一次；若仍不行，请看日志。',
  retry: '重试',

  now: '现在',
  'way.public': '公共域名的证书：所有浏览器都认识',
  'way.hospital': '医院 CA 的证书：装了医院根证书的电脑不警告',
  'way.own': '本机自己签发的证书：每台电脑第一次会警告',
  endsSoon: '证书将在 {date} 到期，之后每台电脑又会警告。请现在就向 CA 申请新的，再在下面导入。',
  issuer: '签发者',
  names: '可用的地址',
  validUntil: '有效期至',
  fingerprint: 'SHA-256 指纹',

  public: '1. 公共域名',
  publicLead:
    '有一个域名、能改它的 DNS 记录时最好：域名指向本机的内网地址，证书自动申请、自动续期，电脑上什么都不用装。诊所需要能上网。',
  publicNone:
    '还没有设置。请在 consultbox.yaml 的 https 一节写上 name、dnsHook（改 DNS 的程序），然后重启问诊盒。',
  publicGood: '{name} 的证书有效期至 {date}，会自动续期。',
  publicOrdering: '正在为 {name} 申请证书，通常要几分钟…',
  publicFailed: '为 {name} 申请证书没有成功，一小时后自动再试。原因：',
  publicOrder: '现在就申请',

  hospital: '2. 医院自己的 CA',
  hospitalLead:
    '医院有自己的证书颁发机构（例如 Windows 域）时用：在这里生成申请，交给 CA 管理员，再导入发回的文件。',
  request: '生成申请（CSR）',
  requestAgain: '重新生成申请',
  requestAgainHint: '重新生成后，以前的申请就作废了。',
  requestMade: '把下面的内容交给 CA 管理员，请他用“Web 服务器”模板签发，并保留其中的名称：',
  download: '下载',
  import: '导入证书',
  importHint: 'PEM（.pem .crt .cer，连同中间证书）或 PFX（.pfx .p12）。可以一次选几个文件。',
  password: 'PFX 的密码',
  check: '检查',
  use: '检查并启用',
  working: '正在处理…',
  checked: '检查通过，还没有启用。',
  used: '已启用。正在进行的问诊不受影响。',
  refused: '没有启用，原来的证书不变：',
  warned: '请注意：',
  takeBack: '撤回导入的证书',
  takenBack: '已撤回。',
  imported: '已导入：由 {issuer} 签发，有效期至 {date}。',

  managed: '3. 统一管理的电脑',
  managedLead:
    '电脑由医院统一管理时，下发这个策略：Chrome 131、Edge 133 及以上版本信任本机，打开医生页面不警告，也不再询问摄像头和麦克风。只对本机的地址有效。',
  windows: 'Windows（.reg，可用组策略下发）',
  linux: 'Linux（JSON）',
  macos: 'Mac（描述文件）',

  once: '4. 每台电脑点一次“继续前往”',
  onceLead: '什么都不做也能用：每台电脑第一次打开时，浏览器会警告一次，照图点“高级”和“继续前往”。',
  onceLink: '看图示',

  own: '5. 安装本机的根证书',
  ownLead: '电脑不多时，可以在每台上安装本机的根证书，之后不再警告。它只能为本机和内网地址作保。',
  ownLink: '安装步骤',
} as const;

type Key = keyof typeof zh;

const en: Record<Key, string> = {
  title: 'HTTPS and certificates',
  lead: 'A browser gives a camera only to a secure page (HTTPS). These are the ways, the best one first; one is enough.',
  loading: 'Reading…',
  signIn: 'Sign in first, then open this page.',
  toSignIn: 'Sign in',
  failed: 'That did not work ({code}). Try again; if it persists, look into the log.',
  retry: 'Try again',

  now: 'Now',
  'way.public': 'A public name’s certificate: every browser knows it',
  'way.hospital': 'The hospital’s own CA: no warning on computers that have its root',
  'way.own': 'The box’s own certificate: each computer warns at first',
  endsSoon:
    'It ends on {date}; every computer will warn again then. Ask the CA for another now, and import it below.',
  issuer: 'Issued by',
  names: 'Good for',
  validUntil: 'Valid until',
  fingerprint: 'SHA-256 fingerprint',

  public: '1. A public name',
  publicLead:
    'The best where you have a domain and may change its DNS: the name leads to the box’s private address, the certificate is ordered and renewed by itself, and nothing is installed on any computer. The clinic needs the internet for it.',
  publicNone:
    'Not set up. Write name and dnsHook (the program that changes the DNS) into the section https of consultbox.yaml, then restart the box.',
  publicGood: 'The certificate for {name} is valid until {date} and renews itself.',
  publicOrdering: 'Ordering a certificate for {name}; it takes minutes…',
  publicFailed: 'Ordering a certificate for {name} failed; it is tried again in an hour. The reason:',
  publicOrder: 'Order now',

  hospital: '2. The hospital’s own CA',
  hospitalLead:
    'Where the hospital has a certificate authority of its own, such as a Windows domain’s: make a request here, hand it to the CA’s administrator, and import what comes back.',
  request: 'Make a request (CSR)',
  requestAgain: 'Make another request',
  requestAgainHint: 'The request before is worthless then.',
  requestMade:
    'Hand this to the CA’s administrator, to be issued with the web server template and with the names that are in it:',
  download: 'Download',
  import: 'Import a certificate',
  importHint:
    'PEM (.pem .crt .cer, with the intermediates) or PFX (.pfx .p12). Several files may be chosen at once.',
  password: 'Password of the PFX',
  check: 'Check',
  use: 'Check and use',
  working: 'Working…',
  checked: 'It is good. It is not used yet.',
  used: 'It is used from now on. Running consultations are not disturbed.',
  refused: 'It is not used, and the former certificate stays:',
  warned: 'Please note:',
  takeBack: 'Take the imported certificate back',
  takenBack: 'It was taken back.',
  imported: 'Imported: issued by {issuer}, valid until {date}.',

  managed: '3. Managed computers',
  managedLead:
    'Where the hospital manages its computers, roll out this policy: Chrome 131, Edge 133 and newer trust the box, open the doctor’s page without a warning, and do not ask for camera and microphone. For this box’s addresses alone.',
  windows: 'Windows (.reg, also by group policy)',
  linux: 'Linux (JSON)',
  macos: 'Mac (profile)',

  once: '4. “Proceed” once on each computer',
  onceLead:
    'It works without any preparation too: at first each computer’s browser warns once; choose “Advanced” and “Proceed”, as in the pictures.',
  onceLink: 'The pictures',

  own: '5. The box’s own root certificate',
  ownLead:
    'With few computers, install the box’s root certificate on each; they warn no more. It can vouch for this box and private addresses alone.',
  ownLink: 'How to install it',
};

const catalogues: Record<Language, Record<Key, string>> = { zh, en };

/** A sentence in the page's language; `{name}` is replaced by the parameter of that name. */
export function say(key: Key, parameters: Record<string, string> = {}): string {
  return catalogues[currentLanguage()][key].replace(
    /\{(\w+)\}/g,
    (whole, name: string) => parameters[name] ?? whole,
  );
}
