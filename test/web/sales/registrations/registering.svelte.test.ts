/** The form at a till, and the members that it offers to renew. */
import { expect, it } from 'vitest';
import type { MemberList, NewRegistration } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import type { LiveRegistrations } from '$lib/sales/registrations/LiveRegistrations.svelte';
import { Registering } from '$lib/sales/registrations/Registering.svelte';

type Member = MemberList['members'][number];
const ana: Member = {
  memberId: 'M000123',
  name: 'Ana Kovač',
  registrationId: '01900000-0000-7000-8000-000000000001',
  package: 'Back school',
  date: '2025-06-10',
};
const answer = (body: unknown) => Promise.resolve(Response.json(body));

/** A form whose server knows these members by what is typed; each look is answered when `next` is called. */
function form(known: Record<string, readonly Member[]>) {
  const looks: { begins: string; next: () => void }[] = [];
  const sent: NewRegistration[] = [];
  const members = {
    $get: ({ query: { begins } }: { query: { begins: string } }) =>
      new Promise<Response>((next) => {
        looks.push({ begins, next: () => next(Response.json({ members: known[begins] ?? [] })) });
      }),
  };
  const registrant = { mobile: '+491701234567', email: null, sponsor: 'Ben', sharedWith: [], access: 'none' };
  const registrations = {
    ':id': { $get: () => answer({ registration: {}, registrant }) },
    $post({ json }: { json: NewRegistration }) {
      sent.push(json);
      return answer({ registration: {}, sale: null, receipt: {} });
    },
  };
  const api = { members, registrations } as unknown as ApiClient;
  const live = { takeAnswer: () => undefined } as unknown as LiveRegistrations;
  const registering = new Registering(api, () => live);
  const look = async (at: number) => {
    looks[at]?.next();
    await new Promise((settled) => setImmediate(settled));
  };
  return { registering, looks, look, sent };
}

it('looks for members by the email, then the mobile number, then the name, until there are some', async () => {
  const { registering, looks, look } = form({ 'Ana K': [ana] });
  registering.typed = { ...registering.typed, name: ' Ana K', mobile: '+4', email: 'ana@new.example' };
  expect(registering.begins).toEqual(['ana@new.example', 'Ana K']);
  void registering.find(registering.begins);
  await look(0);
  expect(registering.members).toEqual([]);
  await look(1);
  expect(looks.map(({ begins }) => begins)).toEqual(['ana@new.example', 'Ana K']);
  expect(registering.members).toEqual([ana]);
});

it('shows nothing of a look that comes after a later one', async () => {
  const { registering, look } = form({ Ana: [ana], Anatol: [] });
  void registering.find(['Ana']);
  void registering.find(['Anatol']);
  await look(1);
  await look(0);
  expect(registering.members).toEqual([]);
});

it('renews the chosen member with their contacts, and registers a new member again when that is taken back', async () => {
  const { registering, sent } = form({});
  registering.typed = { ...registering.typed, name: 'Ana', packageId: 'package' };
  await registering.renew(ana);
  expect(registering.begins).toEqual([]);
  expect(registering.typed).toMatchObject({ name: 'Ana Kovač', mobile: '+491701234567', email: '' });
  await registering.register(null);
  await registering.renew(undefined);
  await registering.register(null);
  registering.next();
  expect(registering.renewing).toBeUndefined();
  expect(sent).toMatchObject([
    { name: 'Ana Kovač', email: null, sponsor: 'Ben', renews: ana.registrationId },
    { renews: null },
  ]);
});
