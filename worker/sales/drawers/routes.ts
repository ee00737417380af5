import * as v from 'valibot';
import {
  CloseDrawer,
  DrawerChange,
  DrawerList,
  OpenDrawer,
  OwnDrawer,
} from '../../contract/sales/drawers/drawers';
import { Id, LocalDate } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { close, myDrawer, open } from './drawers';
import { drawersOn } from './list';

const param = v.strictObject({ id: Id });

export const drawerRoutes = mount('Drawers', [
  read({
    path: '/drawers/mine',
    summary: 'Your own open drawer',
    description: 'Null without one. With the cursors of your own channel and of `tills`.',
    may: 'orders.sell',
    answer: OwnDrawer,
    handle: myDrawer,
  }),
  read({
    path: '/drawers',
    summary: 'The drawers of a business day',
    description:
      'Your own drawers that were opened on the business day `date` (today’s if not given); all drawers for people who read the sales report. With the cursor of `tills`.',
    may: 'orders.sell',
    query: v.strictObject({ date: v.optional(LocalDate) }),
    answer: DrawerList,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => drawersOn(scope, date),
  }),
  write({
    method: 'post',
    path: '/drawers',
    summary: 'Open your drawer',
    may: 'orders.sell',
    body: OpenDrawer,
    answer: DrawerChange,
    problems: ['drawer_open', 'drawer_closed', 'place_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => open(scope, body),
  }),
  write({
    method: 'post',
    path: '/drawers/:id/close',
    summary: 'Close your drawer',
    description: 'With the counted amounts by method. The expected amounts are stored with them.',
    may: 'orders.sell',
    param,
    body: CloseDrawer,
    answer: DrawerChange,
    problems: ['not_found', 'not_your_drawer', 'drawer_closed', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => close(scope, id, body),
  }),
]);
