/** Where the operator stands with WeChat. The UI imports these types and nothing else of the server. */

/** In the order of docs/miniapp.md. */
export const miniappSteps = [
  'register',
  'verify',
  'category',
  'filing',
  'interfaces',
  'privacy',
  'upload',
  'fieldTest',
  'review',
  'release',
] as const;

export type MiniappStep = (typeof miniappSteps)[number];

/** The body of `GET /api/miniapp`. */
export interface MiniappView {
  /** Empty where there is none. */
  settings: { appId: string; linkPrefix: string; clinic: string; wifi: string; telephone: string };
  /** `doneAt`: ISO 8601, UTC; null: still to come. */
  steps: { step: MiniappStep; doneAt: string | null }[];
}
