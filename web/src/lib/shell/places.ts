import { can, type Capability, type Role } from '$contract/roles';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import type { Component } from 'svelte';

/** A place in the product that a person may go to. */
export interface Place {
  href: '/' | '/admin';
  label: string;
  capability: Capability;
  icon: Component<{ size?: number }>;
}

const places: readonly Place[] = [
  { href: '/', label: 'My day', capability: 'self.use', icon: ClipboardList },
  { href: '/admin', label: 'Board', capability: 'board.watch', icon: LayoutDashboard },
];

/** The places this person may go to, in the order of the menu. */
export const placesOf = (person: { roles: readonly Role[] }): Place[] =>
  places.filter((place) => can(person, place.capability));

/** Whether the page at `path` belongs to this place. */
export const isHere = (place: Place, path: string): boolean =>
  place.href === '/' ? path === '/' : path === place.href || path.startsWith(`${place.href}/`);
