/** WeChat's privacy notice, its questions for camera and microphone, and its settings. */
import { type Callbacks, fail, succeed } from './callbacks.ts';
import type { Handset } from './handset.ts';

type Scope = 'scope.camera' | 'scope.record';

const device = { 'scope.camera': 'camera', 'scope.record': 'microphone' } as const;

const refused = 'privacy permission is not authorized';
const unwritten = 'api scope is not declared in the privacy agreement';

/** @param leave WeChat goes from the screen: the phone's own settings come */
export function permissions(handset: Handset, leave: () => void) {
  const settings = () => ({ authSetting: Object.fromEntries(handset.grants) });
  return {
    getSetting: (options: Callbacks) => succeed('getSetting', options, settings()),
    authorize: (options: { scope: Scope } & Callbacks) => {
      const { scope } = options;
      if (handset.privacyUnwritten) return fail('authorize', options, unwritten, 112);
      if (!handset.privacyAgreed) return fail('authorize', options, refused, 104);
      if (!handset.system[device[scope]]) return fail('authorize', options, 'system permission denied', 3);
      // Asked once; after that only the settings help.
      const granted = handset.grants.get(scope) ?? handset.answers[scope];
      handset.grants.set(scope, granted);
      return granted ? succeed('authorize', options) : fail('authorize', options, 'auth deny', 103);
    },
    openSetting: (options: Callbacks) => {
      for (const scope of handset.turnsOn) handset.grants.set(scope, true);
      succeed('openSetting', options, settings());
    },
    getAppAuthorizeSetting: () => ({
      cameraAuthorized: handset.system.camera ? 'authorized' : 'denied',
      microphoneAuthorized: handset.system.microphone ? 'authorized' : 'denied',
    }),
    openAppAuthorizeSetting: (options: Callbacks) => {
      succeed('openAppAuthorizeSetting', options);
      leave();
    },
    getPrivacySetting: (options: Callbacks) =>
      succeed('getPrivacySetting', options, {
        needAuthorization: !handset.privacyAgreed,
        privacyContractName: '《用户隐私保护指引》',
      }),
    requirePrivacyAuthorize: (options: Callbacks) => {
      if (handset.privacyUnwritten) return fail('requirePrivacyAuthorize', options, unwritten, 112);
      handset.privacyAgreed ||= handset.answers.privacy;
      return handset.privacyAgreed
        ? succeed('requirePrivacyAuthorize', options)
        : fail('requirePrivacyAuthorize', options, refused, 104);
    },
  };
}
