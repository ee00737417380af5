/** Pushes to the people of a release desk that no one has open. */
import type { Query } from '../db/queries';
import { queued } from '../notifications/push/queue';
import { labelOf, type Sold } from './rows';

/** @param sold as it has just been paid */
export function waits(sold: Sold): Query {
  const { id, place, changed } = sold;
  const body = [labelOf(sold), ...(place ? [place.name] : [])].join(', ');
  return queued(
    sold.kind === 'order'
      ? { id, kind: 'orders.waiting', title: 'An order waits for release', body, href: '/releasing/orders' }
      : {
          id,
          kind: 'registrations.waiting',
          title: 'A registration waits for release',
          body,
          href: '/releasing/registrations',
        },
    changed.at,
  );
}
