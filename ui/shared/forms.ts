/** Looks of forms that stand alone on a page. */
import { css } from 'lit';

export const forms = css`
  .card {
    display: grid;
    gap: 1rem;
    width: min(34rem, 100%);
    margin: 5vh auto 0;
    padding: 2rem;
    border: 1px solid var(--line);
    border-radius: 16px;
    background: var(--surface);
  }
  .card.narrow {
    width: min(27rem, 100%);
  }
  .row {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.75rem;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 44px;
    margin: 0;
  }
  .check input {
    flex: none;
    width: 22px !important;
    height: 22px;
    min-height: 0 !important;
    margin: 0;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
  }
  .buttons .primary {
    flex: 1;
  }
  @media (max-width: 600px) {
    .card {
      margin-top: 0;
      padding: 1.25rem;
    }
    .row {
      grid-template-columns: 1fr;
    }
  }
`;

/** What was typed into a field of a component. @returns trimmed, except for passwords */
export function typed(root: ParentNode, id: string): string {
  const field = root.querySelector<HTMLInputElement | HTMLSelectElement>(`#${id}`);
  if (field === null) return '';
  return field.type === 'password' ? field.value : field.value.trim();
}

/** Whether a box is ticked. */
export function ticked(root: ParentNode, id: string): boolean {
  return root.querySelector<HTMLInputElement>(`#${id}`)?.checked ?? false;
}
