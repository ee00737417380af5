/** Creates packages as rows, and registers and moves through the routes. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../../../worker/bindings';
import type {
  Registration,
  RegistrationChange,
} from '../../../../worker/contract/sales/registrations/registrations';
import type { Move } from '../../../../worker/contract/sales/moves';
import { moveRequest } from '../../../moves';
import { product } from '../shop';
import { ask, newKey, type Someone } from '../../workplace';

/** A package of two of one product. */
export async function packed(it: { price?: number; stock?: number } = {}) {
  const { price = 9_900, stock = 100 } = it;
  const id = uuidv7();
  const name = `Package ${id.slice(-6)}`;
  const inside = await product({ stock });
  await env.DB.batch([
    env.DB.prepare('INSERT INTO packages (id, name, price, updated_at) VALUES (?1, ?2, ?3, 1)').bind(
      id,
      name,
      price,
    ),
    env.DB.prepare('INSERT INTO package_products (package_id, product_id, quantity) VALUES (?1, ?2, 2)').bind(
      id,
      inside.id,
    ),
  ]);
  return { id, name, price, inside };
}

/** The input of a registration for that package. */
export function applicant(packageId: string, some: object = {}) {
  const id = uuidv7();
  return {
    id,
    packageId,
    name: 'Maria Silva',
    mobile: '+4917012345678',
    email: `${id}@customer.example`,
    sponsor: null,
    renews: null,
    payment: null,
    ...some,
  };
}

interface Sent {
  key?: string;
  env?: Bindings;
}
const how = ({ key = newKey(), env: bindings }: Sent) => ({ key, ...(bindings && { env: bindings }) });

export const register = (as: Someone, json: object, it: Sent = {}): Promise<Response> =>
  ask('/registrations', { as, json, ...how(it) });

export const moveRegistration = (
  as: Someone,
  { id, version }: Pick<Registration, 'id' | 'version'>,
  input: { move: Move; [field: string]: unknown },
  it: Sent = {},
): Promise<Response> => {
  const { method, path, json } = moveRequest(input);
  return ask(`/registrations/${id}/${path}`, { as, method, json: { version, ...json }, ...how(it) });
};

/** The body of an answer that must succeed. */
export async function registered(answer: Promise<Response>): Promise<RegistrationChange> {
  const response = await answer;
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json<RegistrationChange>();
}

/** A registration paid by card. */
export const paidRegistration = async (as: Someone, some: object = {}) => {
  const it = await packed();
  const payment = { parts: [{ method: 'card', received: it.price }] };
  return registered(register(as, applicant(it.id, { payment, ...some })));
};
