import type { Role } from '$contract/roles';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '$lib/server/places';
import { fitted, placeAt, type Place } from '$lib/shell/places';

const placesOf = (role: Role): Place[] => entriesOf({ roles: [role] }).map((it) => ({ ...it, icon: '' }));
const all = placesOf('admin');

describe('the menu', () => {
  it('shows each person only the entries they may open', () => {
    expect(placesOf('employee').map(({ href }) => href)).not.toContain('/admin');
    expect(all.map(({ href }) => href)).toContain('/admin');
  });

  it('puts a desk right after “My day”, but the board first for a supervisor', () => {
    const [day, desk] = placesOf('releasing');
    expect([day?.href, desk?.href]).toEqual(['/', '/releasing/orders']);
    const hrefs = all.map(({ href }) => href);
    expect(hrefs.indexOf('/admin')).toBeLessThan(hrefs.indexOf('/releasing/orders'));
  });

  it('puts under More only what does not fit, and never a single entry', () => {
    const [one] = all;
    const five = [one, one, one, one, one].flatMap((it) => (it ? [it] : []));
    expect(fitted(five, 5)).toEqual({ shown: five, more: [] });
    expect(fitted(five, 4)).toEqual({ shown: five.slice(0, 3), more: five.slice(3) });
  });

  it('marks the entry with the longest matching path', () => {
    expect(placeAt(all, '/')?.href).toBe('/');
    expect(placeAt(all, '/admin')?.href).toBe('/admin');
    expect(placeAt(all, '/admin/people/7')?.href).toMatch(/^\/admin/);
    expect(placeAt(all, '/admin/packages')?.href).toBe('/admin/products');
    expect(placeAt(all, '/login')).toBeUndefined();
  });
});
