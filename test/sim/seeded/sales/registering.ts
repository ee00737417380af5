/** Registrations that a till took: their next move. */
import type {
  NewRegistration,
  Registration,
} from '../../../../worker/contract/sales/registrations/registrations';
import type { MoneyRules } from '../../../../worker/contract/money';
import type { Sale } from '../../../../worker/contract/sales/payments/payments';
import type { World } from '../World';
import { someParts, someRefund } from './money';
import type { PlainMove } from '../../../../worker/sales/move';

/** As the last answer to this page said. */
export interface Registered {
  registration: Registration;
  sale: Sale;
}

/** Of a new member, or of one whose registration it renews. @param due what their package costs, if the page knows */
export function someRegistration(
  world: World,
  {
    packageId,
    renews,
    due,
    rules,
  }: { packageId: string; renews: Registered | undefined; due: number; rules: MoneyRules },
): Omit<NewRegistration, 'id'> {
  return {
    name: renews?.registration.name ?? world.pick(['Ana Weber', 'Ben Braun']),
    mobile: '+491701234567',
    email: null,
    packageId,
    sponsor: null,
    renews: renews?.registration.id ?? null,
    payment: world.random() < 0.5 ? { parts: someParts(world, due, rules) } : null,
  };
}

export function nextOf(
  world: World,
  { registration, sale }: Registered,
  rules: MoneyRules,
): PlainMove | undefined {
  const { version, state } = registration;
  const chance = world.random();
  switch (state) {
    case 'pending':
      if (chance < 0.2) return { version, move: 'cancel', reason: 'does not come' };
      return { version, move: 'pay', parts: someParts(world, sale.total, rules) };
    case 'paid':
      if (chance < 0.5) return { version, move: 'release', receivedBy: null };
      break;
    case 'released':
      if (chance < 0.3) return { version, move: 'undo' };
      break;
    default:
      return undefined;
  }
  const refund = someRefund(world, sale);
  return refund && { version, move: 'refund', reason: 'moves away', ...refund };
}
