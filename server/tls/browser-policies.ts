/**
 * Policy files for PCs that the hospital manages: Chrome and Edge trust the box's own root and give its pages camera and
 * microphone without a question; this box's origins alone, and nothing else of the browser is touched.
 *
 * Names and kinds: chromeenterprise.google/policies and learn.microsoft.com/deployedge (both browsers read the same
 * names): `VideoCaptureAllowedUrls`, `AudioCaptureAllowedUrls` (lists of URL patterns), `CACertificates` (list of Base64
 * DER; Chrome 131 and Edge 133 on; browsers before them ignore it and warn as before).
 *
 * Not `OverrideSecurityRestrictionsOnInsecureOrigin`: it would open the camera to pages by plain HTTP, where anybody in
 * the LAN can change them on the way. The doctor's page is HTTPS on every way, and needs no such exception.
 */
import { X509Certificate } from 'node:crypto';

/** What the files are made from. */
export interface PolicyInput {
  /** e.g. `https://192.168.1.20` and `https://consultbox.local:8443`, without a slash at the end. */
  origins: string[];
  /** PEM of the box's own root; null where browsers trust the box's certificate anyway. */
  root: string | null;
}

/** The kinds of file. */
export type PolicyKind = 'windows' | 'linux' | 'macos';

/** A file to be downloaded. */
export interface PolicyFile {
  name: string;
  type: string;
  content: string | Uint8Array<ArrayBuffer>;
}

type Policies = Record<string, string[]>;

function policies({ origins, root }: PolicyInput): Policies {
  return {
    VideoCaptureAllowedUrls: origins,
    AudioCaptureAllowedUrls: origins,
    ...(root === null ? {} : { CACertificates: [new X509Certificate(root).raw.toString('base64')] }),
  };
}

const registryKeys = ['Google\\Chrome', 'Microsoft\\Edge'];

/** Numbers from here on, so that lists that the hospital has already stay. */
const firstNumber = 7301;

/** A .reg file is UTF-16 with CR LF (Windows' registry editor writes it so). */
function windows(lists: Policies): PolicyFile {
  const lines = ['Windows Registry Editor Version 5.00', ''];
  for (const browser of registryKeys) {
    for (const [name, values] of Object.entries(lists)) {
      lines.push(`[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\${browser}\\${name}]`);
      values.forEach((value, index) => {
        lines.push(`"${firstNumber + index}"="${value.replaceAll(/[\\"]/g, '\\$&')}"`);
      });
      lines.push('');
    }
  }
  const content = new Uint8Array(Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le'));
  return { name: 'consultbox-chrome-edge.reg', type: 'application/octet-stream', content };
}

/** For /etc/opt/chrome/policies/managed, /etc/opt/edge/policies/managed, /etc/chromium/policies/managed. */
function linux(lists: Policies): PolicyFile {
  return {
    name: 'consultbox.json',
    type: 'application/json',
    content: `${JSON.stringify(lists, null, 2)}\n`,
  };
}

/** A profile that is installed by hand or by an MDM (developer.apple.com: ManagedClient preferences). */
function macos(lists: Policies): PolicyFile {
  const list = (values: string[]) =>
    `<array>${values.map((each) => `<string>${xml(each)}</string>`).join('')}</array>`;
  const preferences = Object.entries(lists)
    .map(([name, values]) => `<key>${name}</key>${list(values)}`)
    .join('');
  const payload = (domain: string, id: string) => `<dict>
      <key>PayloadType</key><string>${domain}</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>local.consultbox.policy.${domain}</string>
      <key>PayloadUUID</key><string>${id}</string>
      ${preferences}
    </dict>`;
  const content = profile(
    'Consultbox: Chrome, Edge',
    'local.consultbox.policy',
    'a3b1c0de-0001-4000-8000-636f6e73756c',
    payload('com.google.Chrome', 'a3b1c0de-0002-4000-8000-636f6e73756c') +
      payload('com.microsoft.Edge', 'a3b1c0de-0003-4000-8000-636f6e73756c'),
  );
  return { name: 'consultbox-chrome-edge.mobileconfig', type: profileType, content };
}

/** Of Apple's configuration profiles. */
export const profileType = 'application/x-apple-aspen-config';

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function profile(name: string, identifier: string, id: string, payloads: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
  <dict>
    <key>PayloadDisplayName</key><string>${xml(name)}</string>
    <key>PayloadIdentifier</key><string>${identifier}</string>
    <key>PayloadType</key><string>Configuration</string>
    <key>PayloadUUID</key><string>${id}</string>
    <key>PayloadVersion</key><integer>1</integer>
    <key>PayloadContent</key><array>${payloads}</array>
  </dict>
</plist>
`;
}

/** The policy file of a kind. */
export function policyFile(kind: PolicyKind, input: PolicyInput): PolicyFile {
  return { windows, linux, macos }[kind](policies(input));
}

/** The box's root for iPhones, iPads and Macs. @param root PEM */
export function rootProfile(root: string): PolicyFile {
  const certificate = new X509Certificate(root);
  // Two boxes' roots are two profiles: the second must not replace the first.
  const hex = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  const id = (from: number) =>
    `${hex.slice(from, from + 8)}-${hex.slice(from + 8, from + 12)}-4${hex.slice(from + 13, from + 16)}-8${hex.slice(from + 17, from + 20)}-${hex.slice(from + 20, from + 32)}`;
  const identifier = `local.consultbox.root.${hex.slice(0, 16)}`;
  const payload = `<dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${identifier}.certificate</string>
      <key>PayloadUUID</key><string>${id(32)}</string>
      <key>PayloadDisplayName</key><string>Consultbox</string>
      <key>PayloadCertificateFileName</key><string>consultbox-root.crt</string>
      <key>PayloadContent</key><data>${certificate.raw.toString('base64')}</data>
    </dict>`;
  return {
    name: 'consultbox-root.mobileconfig',
    type: profileType,
    content: profile('Consultbox', identifier, id(0), payload),
  };
}
