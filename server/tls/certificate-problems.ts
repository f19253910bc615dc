/**
 * What can be amiss with a certificate that somebody brings, each with a sentence and a way out for the technician who
 * brings it: the one place for them.
 */

/** `error`: it is not used. `warning`: it is, and something should be known. */
export type CertificateProblemLevel = 'error' | 'warning';

/** In both languages: what is wrong, and what to do. */
export interface CertificateProblem {
  code: CertificateProblemCode;
  level: CertificateProblemLevel;
  zh: string;
  en: string;
}

/** For programs; they never change their meaning. */
export type CertificateProblemCode = keyof typeof texts;

const texts = {
  no_certificate: {
    level: 'error',
    zh: '文件里没有证书。请选择 CA 发回的文件：PEM（以 -----BEGIN CERTIFICATE----- 开头）或 PFX。',
    en: 'There is no certificate in it. Choose the file that the CA sent back: PEM (it begins with -----BEGIN CERTIFICATE-----) or PFX.',
  },
  unreadable: {
    level: 'error',
    zh: '文件读不出来：{detail}。请向 CA 管理员再要一次，选 PEM（Base64）格式。',
    en: 'It cannot be read: {detail}. Ask the CA’s administrator for it again, as PEM (Base64).',
  },
  wrong_password: {
    level: 'error',
    zh: 'PFX 的密码不对，或文件已损坏。请核对密码后再试；密码只能用英文字母和数字，否则请重新导出。',
    en: 'The PFX’s password is wrong, or the file is damaged. Check the password and try again; it may have English letters and digits alone, else export the file anew.',
  },
  no_key: {
    level: 'error',
    zh: '没有私钥：文件里没有，本机也没有生成过申请（CSR）。请先在本页生成申请，或导入带私钥的 PFX。',
    en: 'There is no private key: none in the file, and no request (CSR) was made on this box. Make a request on this page first, or import a PFX that has the key.',
  },
  key_mismatch: {
    level: 'error',
    zh: '证书与私钥不是一对：它是为另一个申请（CSR）签发的。请用本页最新的申请重新签发。',
    en: 'Certificate and key do not belong together: it was issued for another request (CSR). Have it issued again for the latest request of this page.',
  },
  not_yet_valid: {
    level: 'error',
    zh: '证书从 {detail} 才开始有效。请检查本机时间，或到那时再导入。',
    en: 'It is valid only from {detail}. Check the box’s clock, or import it then.',
  },
  expired: {
    level: 'error',
    zh: '证书已在 {detail} 过期。请向 CA 申请新的证书。',
    en: 'It expired on {detail}. Ask the CA for a new one.',
  },
  expires_soon: {
    level: 'warning',
    zh: '证书将在 {detail} 过期，之后浏览器会再次警告。请提前换新。',
    en: 'It expires on {detail}; browsers will warn again then. Replace it before.',
  },
  too_long: {
    level: 'warning',
    zh: '有效期超过 825 天：iPhone、iPad 和 Mac 不接受。请让 CA 签发更短的证书。',
    en: 'It is valid for more than 825 days: iPhones, iPads and Macs refuse it. Have the CA issue a shorter one.',
  },
  no_names: {
    level: 'error',
    zh: '证书里没有“使用者可选名称”（SAN），浏览器一律不接受。请让 CA 保留申请里的名称：{detail}。',
    en: 'It has no subject alternative names (SAN): no browser accepts it. Have the CA keep those of the request: {detail}.',
  },
  names_missing: {
    level: 'error',
    zh: '证书不包含本机的任何地址或名称，浏览器会警告。需要其中之一：{detail}。请用本页的申请重新签发。',
    en: 'It covers none of this box’s addresses and names: browsers would warn. One of these is needed: {detail}. Have it issued again for the request of this page.',
  },
  names_partly: {
    level: 'warning',
    zh: '证书不包含 {detail}：用它打开时浏览器会警告。请只用证书里的名称打开，或重新签发。',
    en: 'It does not cover {detail}: browsers warn whoever opens the box by it. Use the names in the certificate, or have it issued again.',
  },
  not_for_servers: {
    level: 'error',
    zh: '证书不是用于服务器的（缺少“服务器身份验证”）。请让 CA 用“Web 服务器”模板签发。',
    en: 'It is not for servers (“server authentication” is missing). Have the CA issue it with its web server template.',
  },
  is_authority: {
    level: 'error',
    zh: '这是 CA 自己的证书，不是给本机签发的。请选择为本机签发的那一张。',
    en: 'This is a CA’s own certificate, not one issued for this box. Choose the one that was issued for the box.',
  },
  self_signed: {
    level: 'warning',
    zh: '证书由它自己签发，没有 CA 担保：只有逐台安装过它的电脑才不警告。',
    en: 'It signs itself, and no CA vouches for it: only computers on which it was installed will not warn.',
  },
  chain_broken: {
    level: 'error',
    zh: '证书链对不上：“{detail}”的签名不是下一张证书签的。请向 CA 要完整的证书链。',
    en: 'The chain does not fit together: “{detail}” was not signed by the certificate that should have. Ask the CA for the complete chain.',
  },
  chain_incomplete: {
    level: 'warning',
    zh: '没有中间证书“{detail}”。如果它不是电脑已信任的根证书，浏览器会警告：请把它一起导入。',
    en: 'The certificate of its issuer “{detail}” is missing. Unless it is a root that the computers trust already, browsers will warn: import it along.',
  },
  chain_expired: {
    level: 'error',
    zh: '证书链中的“{detail}”已过期。请向 CA 要新的证书链。',
    en: '“{detail}” in the chain has expired. Ask the CA for a new chain.',
  },
  chain_reordered: {
    level: 'warning',
    zh: '证书链的顺序不对，已自动排好。不用做什么。',
    en: 'The chain was in the wrong order and has been put right. Nothing need be done.',
  },
  chain_unused: {
    level: 'warning',
    zh: '文件里有 {detail} 张不属于这条证书链的证书，已忽略。',
    en: '{detail} certificates in it do not belong to this chain; they are left out.',
  },
  weak_key: {
    level: 'error',
    zh: '密钥太弱或浏览器不支持（{detail}）。请用本页的申请（RSA 2048），或 RSA 2048 以上、ECDSA P-256 / P-384。',
    en: 'The key is too weak, or browsers do not support it ({detail}). Use this page’s request (RSA 2048), or RSA 2048 and longer, ECDSA P-256 or P-384.',
  },
  weak_signature: {
    level: 'error',
    zh: '签名算法太旧（{detail}），浏览器不接受。请让 CA 用 SHA-256 签发。',
    en: 'Its signature is of an old kind ({detail}) that browsers refuse. Have the CA sign with SHA-256.',
  },
  not_served: {
    level: 'error',
    zh: '换上后本机没有用它应答（{detail}），已换回原来的证书。请把这句话告诉技术支持。',
    en: 'The box did not answer with it ({detail}); the former certificate is back. Tell your support this sentence.',
  },
} as const satisfies Record<string, { level: CertificateProblemLevel; zh: string; en: string }>;

/** @param detail a name, a date or a list, the same in both languages */
export function certificateProblem(code: CertificateProblemCode, detail = ''): CertificateProblem {
  const { level, zh, en } = texts[code];
  return { code, level, zh: zh.replace('{detail}', detail), en: en.replace('{detail}', detail) };
}
