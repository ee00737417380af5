/** Which entries of the menu a person has. It stays on the server, with the icons of all desks. */
import { can, type Capability, type Role } from '$contract/roles';
import type { Place } from '$lib/shell/places';
import Activity from '@lucide/svelte/icons/activity';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import HandHelping from '@lucide/svelte/icons/hand-helping';
import Hourglass from '@lucide/svelte/icons/hourglass';
import IdCard from '@lucide/svelte/icons/id-card';
import PackageCheck from '@lucide/svelte/icons/package-check';
import Presentation from '@lucide/svelte/icons/presentation';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Package from '@lucide/svelte/icons/package';
import ScanQrCode from '@lucide/svelte/icons/scan-qr-code';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import ShoppingBasket from '@lucide/svelte/icons/shopping-basket';
import UserPlus from '@lucide/svelte/icons/user-plus';
import Users from '@lucide/svelte/icons/users';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Component } from 'svelte';
import { render } from 'svelte/server';

interface Entry extends Omit<Place, 'icon'> {
  capability: Capability;
  icon: Component;
}

/** In the order of the menu. A narrow bar puts the last ones under "More". */
const entries: readonly Entry[] = [
  { href: '/', label: 'My day', capability: 'self.use', icon: ClipboardList },
  { href: '/membership', label: 'Membership', capability: 'membership.see', icon: IdCard },
  { href: '/scan', label: 'Scan', capability: 'sessions.attend', icon: ScanQrCode },
  { href: '/admin', label: 'Board', capability: 'board.watch', icon: LayoutDashboard },
  { href: '/sessions', label: 'Sessions', capability: 'sessions.attend', icon: Presentation },
  {
    href: '/cashier/pos',
    label: 'Till',
    capability: 'orders.sell',
    icon: ShoppingBasket,
    also: '/cashier/drawer',
  },
  {
    href: '/cashier/registrations',
    label: 'Registrations',
    capability: 'registrations.take',
    icon: UserPlus,
  },
  { href: '/releasing/orders', label: 'Order desk', capability: 'orders.release', icon: HandHelping },
  {
    href: '/releasing/registrations',
    label: 'Package desk',
    capability: 'registrations.release',
    icon: PackageCheck,
  },
  {
    href: '/admin/corrections',
    label: 'Corrections',
    capability: 'corrections.decide',
    icon: ClipboardCheck,
  },
  { href: '/admin/reports', label: 'Reports', capability: 'reports.read', icon: ChartColumn },
  { href: '/admin/sales', label: 'Sales', capability: 'sales.read', icon: Wallet },
  { href: '/admin/people', label: 'People', capability: 'people.manage', icon: Users },
  {
    href: '/admin/products',
    label: 'Products',
    capability: 'products.manage',
    icon: Package,
    also: '/admin/packages',
  },
  { href: '/admin/schedules', label: 'Schedules', capability: 'schedules.manage', icon: CalendarClock },
  { href: '/admin/journal', label: 'Journal', capability: 'journal.read', icon: ScrollText },
  { href: '/hours', label: 'My hours', capability: 'self.use', icon: Hourglass },
  { href: '/admin/settings', label: 'Settings', capability: 'settings.manage', icon: Settings },
  { href: '/admin/system', label: 'System', capability: 'system.see', icon: Activity },
];

/** The entries this person may open, in the order of the menu. */
export function entriesOf(person: { roles: readonly Role[] }): Entry[] {
  const open = entries.filter(({ capability }) => can(person, capability));
  if (can(person, 'board.watch')) return open;
  // A till or a desk is used all day: it comes right after "My day".
  const rank = ({ href }: Entry) => (href === '/' ? 0 : /^\/(cashier|releasing)\//.test(href) ? 1 : 2);
  return open.toSorted((a, b) => rank(a) - rank(b));
}

/** As the page shows them: an icon's shapes without its frame, and without the marks that hydration needs. */
export const placesOf = (person: { roles: readonly Role[] }): Place[] =>
  entriesOf(person).map(({ capability: _, icon, ...place }) => ({
    ...place,
    icon: render(icon).body.replaceAll(/<!--.*?-->|<\/?svg[^>]*>/g, ''),
  }));
