/** The strip at the top of every page of the clinic. */
import { css } from 'lit';

export const pageHeader = css`
  header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 52px;
    padding: 0 1rem;
    border-bottom: 1px solid var(--line);
    background: var(--surface);
  }
  header > * {
    flex: none;
    white-space: nowrap;
  }
  header strong {
    flex: 1 1 0;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    font-size: 1.1rem;
  }
  header button,
  header a {
    display: inline-flex;
    align-items: center;
    min-height: 44px;
  }
  header a {
    overflow: hidden;
    max-width: 9rem;
    padding: 0 0.9rem;
    text-overflow: ellipsis;
    color: var(--accent-strong);
    font-weight: 600;
    text-decoration: none;
  }
  @media (max-width: 760px) {
    header {
      gap: 0;
      padding-right: 0;
    }
    header button,
    header a {
      padding-inline: 0.5rem;
    }
  }
`;
