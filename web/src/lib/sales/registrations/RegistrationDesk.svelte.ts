/** The release desk of registrations. */
import type { Me } from '$contract/people/people';
import {
  Registration,
  RegistrationChange,
  type RegistrationList,
  registrationMoves,
  registrationStateWords,
} from '$contract/sales/registrations/registrations';
import type { PageDependencies } from '$lib/api';
import { ReleaseDesk, type ReleaseKind } from '$lib/sales/release/ReleaseDesk.svelte';
import * as v from 'valibot';
import { LiveRegistrations, registrationsOf } from './LiveRegistrations.svelte';

interface Dependencies extends PageDependencies {
  me: Pick<Me, 'id' | 'name' | 'roles'>;
}

const kind: ReleaseKind<Registration> = {
  path: 'registrations',
  noun: ['package', 'packages'],
  moves: registrationMoves,
  ready: 'paid',
  unpaid: 'pending',
  schema: Registration,
  read: (body) => v.parse(RegistrationChange, body).registration,
  stateWords: ({ state }) => registrationStateWords[state],
  label: ({ name }) => name,
  arrival: (first) => ({ text: `${first.name}: a package to release`, description: first.package.name }),
};

export class RegistrationDesk extends ReleaseDesk<Registration, LiveRegistrations> {
  constructor(list: RegistrationList, it: Dependencies) {
    super(kind, it, (changed) => new LiveRegistrations(registrationsOf(list, null), { ...it, changed }));
  }
}
