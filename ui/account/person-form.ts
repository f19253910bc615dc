/** The fields of a person, for the first start and for the technician's page. */
import { html, nothing } from 'lit';
import type { Role } from '../../server/people/roles.ts';
import type { PersonView } from '../../server/people/view.ts';
import { ticked, typed } from '../shared/forms.ts';
import { t } from '../shared/i18n.ts';

const order: Role[] = ['doctor', 'receptionist', 'technician'];

/** What `readPerson` gives. */
export interface TypedPerson {
  name: string;
  roles: Role[];
  title: string | null;
  department: string | null;
  licence: string | null;
}

/** Name, and what patients see of a doctor. */
export function nameFields(person: Partial<PersonView> = {}, asDoctor = true) {
  const field = (id: 'title' | 'department' | 'licence') =>
    html`<div>
      <label for=${id}>${t(`person.${id}`)}</label>
      <input id=${id} maxlength="40" autocomplete="off" placeholder=${t(`person.${id}.example`)} .value=${person[id] ?? ''} />
    </div>`;
  return html`<div>
      <label for="name">${t('person.name')}</label>
      <input id="name" maxlength="40" required autocomplete="name" data-testid="person-name" .value=${person.name ?? ''} />
    </div>
    ${
      asDoctor
        ? html`<div class="row">${field('title')}${field('department')}</div>
            ${field('licence')}
            <p class="field-hint">${t('person.seen')}</p>`
        : nothing
    }`;
}

/** @param fixed a role that cannot be taken away here @param changed what else is shown depends on them */
export function roleFields(chosen: readonly Role[], changed: () => void, fixed: Role | null = null) {
  return html`<fieldset>
    <legend>${t('person.roles')}</legend>
    ${order.map(
      (role) =>
        html`<label class="check"
          ><input
            id=${`role-${role}`}
            type="checkbox"
            data-testid=${`role-${role}`}
            .checked=${chosen.includes(role) || role === fixed}
            ?disabled=${role === fixed}
            @change=${changed}
          />${t(`role.${role}`)}</label
        >`,
    )}
  </fieldset>`;
}

/** What was typed. */
export function readPerson(root: ParentNode): TypedPerson {
  const orNull = (text: string) => (text === '' ? null : text);
  return {
    name: typed(root, 'name'),
    roles: readRoles(root),
    title: orNull(typed(root, 'title')),
    department: orNull(typed(root, 'department')),
    licence: orNull(typed(root, 'licence')),
  };
}

export function readRoles(root: ParentNode): Role[] {
  return order.filter((role) => ticked(root, `role-${role}`));
}
