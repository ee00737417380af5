/** A workplace that grows with what is sent to it: its people by role, and what there is to refer to. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { Role } from '../../../worker/contract/roles';
import { sha256 } from '../../../worker/contract/secrets';
import { type Someone, someone } from '../workplace';

/** Who asks: a role, or nobody that the Worker knows. */
export const ASKERS = [...Role.options, 'nobody'] as const;
export type As = (typeof ASKERS)[number];

interface Row {
  id: string;
  /** What `seenAt` of a change must be. */
  seen: number | null;
}

/** Fields and parts of addresses, to the table that they refer to. */
const tables: Record<string, string> = {
  ...{ people: 'people', personId: 'people', person: 'people', actor: 'people', hosts: 'people' },
  ...{ departments: 'departments', records: 'attendance', recordId: 'attendance' },
  ...{ 'check-out': 'attendance', 'confirm-check-out': 'attendance', 'break-end': 'breaks' },
  ...{ corrections: 'corrections', schedules: 'schedules', scheduleId: 'schedules' },
  ...{ sessions: 'live_sessions', courses: 'courses', courseId: 'courses', course: 'courses' },
  ...{ groups: 'groups', group: 'groups', products: 'products', productId: 'products' },
  ...{ packages: 'packages', packageId: 'packages', places: 'places', placeId: 'places' },
  ...{ orders: 'sales', registrations: 'sales', sales: 'sales', release: 'sales', drawers: 'drawers' },
  ...{ drawerId: 'drawers', replaces: 'sales' },
  ...{ displays: 'displays', ids: 'notifications', upTo: 'notifications', comment: 'order_comments' },
};

const SEEN: Record<string, string> = {
  people: 'updated_at',
  live_sessions: 'updated_at',
  products: 'updated_at',
  packages: 'updated_at',
};

export class World {
  /** Tokens of links, of which none is known to more than one route. */
  readonly tokens = ['a', 'b', 'c', 'd'].map((it) => it.repeat(64));
  hashes: string[] = [];
  emails: string[] = [];
  all: string[] = [uuidv7()];
  readonly #cast = new Map<As, Someone>();
  readonly #rows = new Map<string, Row[]>();

  static async begin(): Promise<World> {
    const world = new World();
    world.hashes = await Promise.all(world.tokens.map((it) => sha256(it)));
    await world.look();
    return world;
  }

  /** Someone with that role who is signed in. */
  async personAs(as: As): Promise<Someone | undefined> {
    if (as === 'nobody') return undefined;
    const known = this.#cast.get(as) ?? (await someone({ roles: [as] }));
    this.#cast.set(as, known);
    return known;
  }

  /** Their session has ended, or their roles are others now. */
  leave(as: As): void {
    this.#cast.delete(as);
  }

  /** Reads what there is by now. */
  async look(): Promise<void> {
    const names = [...new Set(Object.values(tables))];
    const results = await env.DB.batch<Row & { email?: string }>(
      names.map((table) =>
        env.DB.prepare(
          `SELECT id, ${SEEN[table] ?? 'NULL'} AS seen ${table === 'people' ? ', email' : ''} FROM ${table} ORDER BY id DESC LIMIT 40`,
        ),
      ),
    );
    for (const [index, table] of names.entries()) this.#rows.set(table, results[index]?.results ?? []);
    this.all = [uuidv7(), ...[...this.#rows.values()].flatMap((rows) => rows.map(({ id }) => id))];
    this.emails = ['ana@example.org', ...(results[0]?.results ?? []).flatMap(({ email }) => email ?? [])];
  }

  idsOf(field: string): string[] {
    return this.rowsOf(field).map(({ id }) => id);
  }

  /** @param field its name, or the part of the address before it */
  rowsOf(field: string): Row[] {
    return this.#rows.get(tables[field] ?? '') ?? [];
  }
}
