/** Deny by default: the table of routes, the OpenAPI document and the real answers must agree. */
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { api } from '../../../worker/api';
import { type Capability, Role } from '../../../worker/contract/roles';
import { ask, everything, newKey, type Someone, someone } from '../workplace';

/** Every route and its capability. A new route must be added here. */
const routes: Record<string, Capability | 'anyone'> = {
  'POST /api/v1/session': 'anyone',
  'DELETE /api/v1/session': 'account.use',
  'GET /api/v1/me': 'account.use',
  'POST /api/v1/setup': 'anyone',
  'GET /api/v1/people': 'people.manage',
  'GET /api/v1/people/:id': 'people.manage',
  'POST /api/v1/people': 'people.manage',
  'PATCH /api/v1/people/:id': 'people.manage',
  'PUT /api/v1/people/:id/roles': 'people.manage',
  'POST /api/v1/people/:id/deactivate': 'people.manage',
  'POST /api/v1/people/:id/reactivate': 'people.manage',
  'GET /api/v1/people/:id/export': 'people.erase',
  'POST /api/v1/people/:id/erasure': 'people.erase',
  'GET /api/v1/people/:id/terms': 'people.manage',
  'PUT /api/v1/people/:id/employment': 'people.manage',
  'PUT /api/v1/departments/:id': 'people.manage',
  'POST /api/v1/people/import': 'people.manage',
  'POST /api/v1/people/:id/invitation': 'people.manage',
  'PUT /api/v1/people/:id/photo': 'people.manage',
  'DELETE /api/v1/people/:id/photo': 'people.manage',
  'GET /api/v1/people/:id/photo/:photo': 'account.use',
  'PUT /api/v1/attendance/records/:id/photo': 'self.use',
  'GET /api/v1/attendance/records/:id/photo/:photo': 'self.use',
  'POST /api/v1/invitations/accept': 'anyone',
  'GET /api/v1/reports/days': 'reports.read',
  'GET /api/v1/reports/totals': 'reports.read',
  'GET /api/v1/reports/mine': 'self.use',
  'POST /api/v1/reports/trials/settings': 'settings.manage',
  'POST /api/v1/reports/trials/schedules/:id': 'schedules.manage',
  'GET /api/v1/reports/days.csv': 'reports.read',
  'GET /api/v1/reports/days.xlsx': 'reports.read',
  'GET /api/v1/reports/choices': 'reports.read',
  'GET /api/v1/reports/totals.csv': 'reports.read',
  'GET /api/v1/reports/totals.xlsx': 'reports.read',
  'GET /api/v1/closing': 'reports.read',
  'PUT /api/v1/closing': 'hours.close',
  'GET /api/v1/journal': 'journal.read',
  'GET /api/v1/journal/verify': 'journal.read',
  'POST /api/v1/attendance/check-in': 'self.use',
  'POST /api/v1/attendance/check-out': 'self.use',
  'POST /api/v1/attendance/confirm-check-out': 'self.use',
  'GET /api/v1/attendance/people/:person/days': 'days.enter',
  'POST /api/v1/attendance/people/:person/days': 'days.enter',
  'POST /api/v1/attendance/days': 'days.enter',
  'POST /api/v1/attendance/break-start': 'self.use',
  'POST /api/v1/attendance/break-end': 'self.use',
  'PUT /api/v1/attendance/days/:person/:date/mark': 'days.mark',
  'GET /api/v1/attendance/mine': 'self.use',
  'GET /api/v1/attendance/board': 'board.watch',
  'GET /api/v1/attendance/arrivals': 'board.watch',
  'GET /api/v1/attendance/presence': 'attendance.watch',
  'POST /api/v1/corrections': 'self.use',
  'GET /api/v1/corrections/mine': 'self.use',
  'GET /api/v1/corrections': 'corrections.decide',
  'POST /api/v1/corrections/:id/withdraw': 'self.use',
  'POST /api/v1/corrections/:id/approve': 'corrections.decide',
  'POST /api/v1/corrections/:id/reject': 'corrections.decide',
  'GET /api/v1/notifications': 'account.use',
  'POST /api/v1/notifications/read': 'account.use',
  'GET /api/v1/notifications/preferences': 'account.use',
  'PUT /api/v1/notifications/preferences': 'account.use',
  'GET /api/v1/notifications/push': 'account.use',
  'PUT /api/v1/notifications/push/device': 'account.use',
  'DELETE /api/v1/notifications/push/device': 'account.use',
  'POST /api/v1/notifications/push/test': 'account.use',
  'PUT /api/v1/notifications/push/quiet-hours': 'account.use',
  'GET /api/v1/system': 'system.see',
  'GET /api/v1/settings': 'settings.manage',
  'PUT /api/v1/settings': 'settings.manage',
  'DELETE /api/v1/settings/:validFrom': 'settings.manage',
  'GET /api/v1/schedules': 'schedules.manage',
  'POST /api/v1/schedules': 'schedules.manage',
  'PATCH /api/v1/schedules/:id': 'schedules.manage',
  'PUT /api/v1/schedules/:id/weeks': 'schedules.manage',
  'DELETE /api/v1/schedules/:id/weeks/:validFrom': 'schedules.manage',
  'GET /api/v1/schedules/assignments': 'schedules.manage',
  'POST /api/v1/schedules/assignments': 'schedules.manage',
  'GET /api/v1/holidays': 'schedules.manage',
  'PUT /api/v1/holidays/:date': 'schedules.manage',
  'DELETE /api/v1/holidays/:date': 'schedules.manage',
  'GET /api/v1/sessions': 'sessions.attend',
  'POST /api/v1/sessions/live': 'sessions.host',
  'GET /api/v1/sessions/trends': 'sessions.host',
  'GET /api/v1/sessions/trends.csv': 'sessions.host',
  'GET /api/v1/sessions/trends.xlsx': 'sessions.host',
  'PATCH /api/v1/sessions/:id': 'sessions.host',
  'PUT /api/v1/sessions/:id/running': 'sessions.host',
  'POST /api/v1/sessions/:id/start': 'sessions.host',
  'POST /api/v1/sessions/:id/end': 'sessions.host',
  'POST /api/v1/sessions/:id/cancel': 'sessions.host',
  'GET /api/v1/sessions/:id/lock': 'sessions.host',
  'POST /api/v1/sessions/:id/lock': 'sessions.host',
  'POST /api/v1/sessions/:id/unlock': 'sessions.host',
  'POST /api/v1/sessions/:id/offline-scans': 'sessions.attend',
  'GET /api/v1/sessions/:id/attendance': 'sessions.host',
  'GET /api/v1/sessions/:id/attendance.csv': 'sessions.host',
  'GET /api/v1/sessions/:id/attendance.xlsx': 'sessions.host',
  'GET /api/v1/sessions/:id/stats': 'sessions.host',
  'PUT /api/v1/sessions/:id/attendance/:person': 'sessions.host',
  'POST /api/v1/sessions/:id/attendance/:person/dismiss-flags': 'sessions.host',
  'PUT /api/v1/sessions/:id/requests/:person': 'sessions.host',
  'PUT /api/v1/sessions/:id/excuses/:person': 'sessions.host',
  'GET /api/v1/sessions/:id/code': 'sessions.host',
  'GET /api/v1/sessions/:id/code/socket': 'sessions.host',
  'GET /api/v1/sessions/:id/participation': 'sessions.attend',
  'POST /api/v1/sessions/:id/passes': 'anyone',
  'POST /api/v1/sessions/:id/tickets': 'sessions.attend',
  'POST /api/v1/sessions/:id/attendance': 'sessions.attend',
  'GET /api/v1/catalogue': 'sessions.host',
  'PUT /api/v1/courses/:id': 'sessions.host',
  'PUT /api/v1/groups/:id': 'sessions.host',
  'GET /api/v1/groups/:id/members': 'sessions.host',
  'POST /api/v1/groups/:id/members': 'sessions.host',
  'DELETE /api/v1/groups/:id/members/:person': 'sessions.host',
  'GET /api/v1/drawers/mine': 'orders.sell',
  'GET /api/v1/drawers': 'orders.sell',
  'POST /api/v1/drawers': 'orders.sell',
  'POST /api/v1/drawers/:id/close': 'orders.sell',
  'PUT /api/v1/drawers/:id/devices/:device': 'orders.sell',
  'GET /api/v1/sales/report': 'sales.read',
  'GET /api/v1/sales/day-reports': 'orders.sell',
  'GET /api/v1/sales/day-reports/:number': 'orders.sell',
  'POST /api/v1/sales/day-reports': 'sales.read',
  'GET /api/v1/sales/to-review': 'sales.read',
  'PUT /api/v1/sales/:id/review': 'sales.read',
  'GET /api/v1/sales/:id/receipts': 'orders.sell',
  'POST /api/v1/sales/:id/receipts': 'orders.sell',
  'POST /api/v1/sales/:id/receipts/links': 'orders.sell',
  'POST /api/v1/receipts/open': 'anyone',
  'GET /api/v1/registrations': 'registrations.see',
  'POST /api/v1/registrations': 'registrations.take',
  'POST /api/v1/registrations/release': 'registrations.release',
  'GET /api/v1/registrations/:id': 'registrations.take',
  'POST /api/v1/registrations/:id/payment': 'registrations.take',
  'POST /api/v1/registrations/:id/claim': 'registrations.release',
  'POST /api/v1/registrations/:id/take-over': 'registrations.release',
  'POST /api/v1/registrations/:id/put-back': 'registrations.release',
  'POST /api/v1/registrations/:id/release': 'registrations.release',
  'POST /api/v1/registrations/:id/undo': 'registrations.release',
  'POST /api/v1/registrations/:id/cancellation': 'registrations.take',
  'POST /api/v1/registrations/:id/refunds': 'registrations.take',
  'POST /api/v1/registrations/:id/invitation': 'registrations.take',
  'GET /api/v1/members': 'registrations.take',
  'GET /api/v1/membership': 'membership.see',
  'GET /api/v1/channels/:name/socket': 'account.use',
  'GET /api/v1/channels/:name/events': 'account.use',
  'GET /api/v1/channels/heads': 'account.use',
  'GET /api/v1/products': 'orders.see',
  'POST /api/v1/products': 'products.manage',
  'PATCH /api/v1/products/:id': 'products.manage',
  'GET /api/v1/products/:id/adjustments': 'products.manage',
  'POST /api/v1/products/:id/adjustments': 'products.manage',
  'GET /api/v1/packages': 'registrations.see',
  'POST /api/v1/packages': 'products.manage',
  'PATCH /api/v1/packages/:id': 'products.manage',
  'GET /api/v1/places': 'orders.see',
  'PUT /api/v1/places/:id': 'products.manage',
  'GET /api/v1/displays': 'products.manage',
  'POST /api/v1/displays': 'products.manage',
  'POST /api/v1/displays/:id/revoke': 'products.manage',
  'POST /api/v1/display/open': 'anyone',
  'GET /api/v1/display': 'orders.see',
  'GET /api/v1/orders': 'orders.see',
  'GET /api/v1/till': 'orders.sell',
  'GET /api/v1/orders/:id': 'orders.sell',
  'POST /api/v1/orders': 'orders.sell',
  'POST /api/v1/orders/offline-sales': 'orders.sell',
  'POST /api/v1/orders/release': 'orders.release',
  'PUT /api/v1/orders/:id/lines': 'orders.sell',
  'POST /api/v1/orders/:id/payment-request': 'orders.sell',
  'POST /api/v1/orders/:id/saving': 'orders.sell',
  'POST /api/v1/orders/:id/return-to-cart': 'orders.sell',
  'POST /api/v1/orders/:id/payment': 'orders.sell',
  'POST /api/v1/orders/:id/claim': 'orders.release',
  'POST /api/v1/orders/:id/take-over': 'orders.release',
  'POST /api/v1/orders/:id/put-back': 'orders.release',
  'POST /api/v1/orders/:id/ready': 'orders.release',
  'POST /api/v1/orders/:id/unready': 'orders.release',
  'POST /api/v1/orders/:id/release': 'orders.release',
  'POST /api/v1/orders/:id/undo': 'orders.release',
  'POST /api/v1/orders/:id/cancellation': 'orders.sell',
  'POST /api/v1/orders/:id/refunds': 'orders.sell',
  'POST /api/v1/orders/:id/comments': 'orders.see',
  'PATCH /api/v1/orders/:id/comments/:comment': 'orders.see',
  'GET /api/v1/openapi.json': 'anyone',
};

/** The roles of each capability, repeated here on purpose. */
const everyone = Role.options;
const staff: readonly Role[] = ['employee', 'supervisor', 'host', 'cashier', 'releasing', 'admin'];
const holders: Record<Capability, readonly Role[]> = {
  'account.use': everyone,
  'self.use': staff,
  'membership.see': ['member'],
  'attendance.watch': staff,
  'board.watch': ['supervisor', 'admin'],
  'people.manage': ['admin'],
  'people.erase': ['admin'],
  'days.mark': ['supervisor', 'admin'],
  'days.enter': ['supervisor', 'admin'],
  'hours.close': ['admin'],
  'corrections.decide': ['supervisor', 'admin'],
  'schedules.manage': ['supervisor', 'admin'],
  'reports.read': ['supervisor', 'admin'],
  'journal.read': ['admin'],
  'system.see': ['admin'],
  'settings.manage': ['admin'],
  'sessions.attend': everyone,
  'sessions.host': ['host', 'supervisor', 'admin'],
  'sessions.manage': ['admin'],
  'orders.see': ['cashier', 'releasing', 'admin'],
  'orders.sell': ['cashier', 'admin'],
  'orders.discount': ['admin'],
  'orders.release': ['releasing', 'admin'],
  'registrations.see': ['cashier', 'releasing', 'admin'],
  'registrations.take': ['cashier', 'admin'],
  'registrations.release': ['releasing', 'admin'],
  'products.manage': ['admin'],
  'sales.read': ['admin'],
};

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        'x-capability'?: string;
        'x-problems'?: string[];
        parameters?: unknown[];
        responses: Record<string, unknown>;
        summary?: string;
      }
    >
  >;
}

const document = async () => (await ask('/openapi.json')).json<Document>();

/** A request of the route, with a key and a body if needed. */
function request(route: string, as?: Someone): Promise<Response> {
  const [method, path] = route.split(' ') as [string, string];
  const url = path.replace('/api/v1', '').replace(':id', uuidv7()).replace(':name', 'sessions');
  const query = url.endsWith('/events') ? '?since=0' : url.endsWith('/heads') ? '?names=sessions' : '';
  const writes = method === 'POST' || method === 'PUT';
  return ask(url + query, { method, as, key: newKey(), ...(writes && { json: { id: uuidv7() } }) });
}

describe('every route', () => {
  it('is in this table and in the OpenAPI document, with the same capability', async () => {
    const mounted = new Set(
      api.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
    );
    expect([...mounted].sort()).toEqual(Object.keys(routes).sort());
    const { paths } = await document();
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        operation['x-capability'],
      ]),
    );
    expect(Object.fromEntries(described)).toEqual(routes);
  });

  it('with an Idempotency-Key declares it', async () => {
    const { paths } = await document();
    const operation = paths['/api/v1/attendance/check-in']?.post;
    expect(operation?.parameters).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'Idempotency-Key', required: true }),
    );
  });

  it('that reads a parameter says that it may be refused', async () => {
    const { paths } = await document();
    const silent = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { parameters = [], 'x-problems': codes = [] }]) =>
        parameters.length > 0 && !codes.includes('invalid_input') ? [`${method} ${path}`] : [],
      ),
    );
    expect(silent).toEqual([]);
  });

  it('is described in a document that an isolate makes once for everyone', async () => {
    const first = await (await ask('/openapi.json')).text();
    const write = vi.spyOn(JSON, 'stringify');
    const again = await ask('/openapi.json', { headers: { 'CF-Connecting-IP': '192.0.2.9' } });
    const long = write.mock.results.filter(({ value }) => String(value).length > 100_000);
    expect([await again.text(), long.length]).toEqual([first, 0]);
    expect(again.headers.get('Content-Type')).toBe('application/json');
  });

  it('says in the OpenAPI document that it may be unavailable, and when to try again', async () => {
    const { paths } = await document();
    for (const operation of Object.values(paths).flatMap((it) => Object.values(it)))
      expect(operation.responses['503']).toMatchObject({
        description: expect.stringContaining('`unavailable`') as string,
        headers: { 'Retry-After': { schema: { type: 'integer' } } },
      });
  });

  it('refuses a request without a session and changes nothing', async () => {
    const before = await everything();
    for (const [route, may] of Object.entries(routes)) {
      if (may === 'anyone') continue;
      const answer = await request(route);
      expect([route, answer.status, (await answer.json<{ code: string }>()).code]).toEqual([
        route,
        401,
        'not_signed_in',
      ]);
    }
    expect(await everything()).toEqual(before);
  });

  it.each(Role.options)('admits the role %s exactly as in the table', async (role) => {
    for (const [route, may] of Object.entries(routes)) {
      if (route.endsWith('/session') || may === 'anyone') continue;
      const answer = await request(route, await someone({ roles: [role] }));
      const refused = answer.status === 403;
      expect([route, refused]).toEqual([route, !holders[may].includes(role)]);
    }
  });

  it('admits a person with several roles by any of them', async () => {
    const both = await someone({ roles: ['cashier', 'supervisor'] });
    expect((await request('GET /api/v1/attendance/board', both)).status).toBe(200);
    expect((await request('PUT /api/v1/people/:id/roles', both)).status).toBe(403);
  });
});
