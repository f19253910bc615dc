import { css } from 'lit';

/** Looks that every component shares. Colours come from the page's theme.css. */
export const shared = css`
  :host {
    box-sizing: border-box;
    font: inherit;
    color: var(--ink);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  p {
    margin: 0;
  }
  h1 {
    font-size: 1.6rem;
    line-height: 1.3;
  }
  h2 {
    font-size: 1.25rem;
    line-height: 1.35;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  .muted {
    color: var(--ink-soft);
  }
  .hidden-label {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Buttons: plain, `.primary`, `.danger`, `.quiet`, and on the dark stage `.dark`. */
export const buttons = css`
  button {
    font: inherit;
    font-weight: 600;
    min-height: 48px;
    padding: 0.5rem 1.25rem;
    border: 1px solid var(--line-strong);
    border-radius: 10px;
    background: var(--surface);
    color: var(--ink);
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    background: var(--surface-hover);
  }
  button:disabled {
    cursor: default;
    color: var(--ink-soft);
    background: var(--surface-off);
    border-color: var(--line);
  }
  button.primary {
    border-color: transparent;
    background: var(--accent);
    color: #fff;
  }
  button.primary:hover:not(:disabled) {
    background: var(--accent-strong);
  }
  button.primary:disabled {
    background: var(--surface-off);
    color: var(--ink-soft);
  }
  button.danger {
    border-color: transparent;
    background: var(--danger);
    color: #fff;
  }
  button.danger:hover:not(:disabled) {
    background: var(--danger-strong);
  }
  button.danger-quiet {
    border-color: var(--danger);
    color: var(--danger);
  }
  button.quiet {
    border-color: transparent;
    background: transparent;
    color: var(--accent-strong);
  }
  button.quiet:hover:not(:disabled) {
    background: var(--surface-hover);
  }
`;

/** Labelled fields. */
export const fields = css`
  label {
    display: block;
    font-weight: 600;
    margin-bottom: 0.35rem;
  }
  input:not([type='range']),
  select {
    font: inherit;
    width: 100%;
    min-height: 48px;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--line-strong);
    border-radius: 10px;
    background: #fff;
    color: var(--ink);
  }
  .field-hint {
    margin-top: 0.3rem;
    font-size: 0.9rem;
    color: var(--ink-soft);
  }
`;
