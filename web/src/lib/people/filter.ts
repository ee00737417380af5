import { Role } from '$contract/roles';
import * as v from 'valibot';

/** Which people to list. A missing field matches all; a missing state matches active people. */
export interface Filter {
  q?: string;
  department?: string;
  category?: string;
  role?: Role | '';
  state?: 'active' | 'inactive' | 'all';
}

const Query = v.object({
  q: v.optional(v.string()),
  department: v.optional(v.string()),
  category: v.optional(v.string()),
  role: v.optional(v.fallback(v.optional(Role), undefined)),
  state: v.optional(v.fallback(v.optional(v.picklist(['active', 'inactive', 'all'])), undefined)),
});

/** The filter in an address, without unknown values. */
export function filterOf(query: URLSearchParams): Filter {
  const { q, department, category, role, state } = v.parse(Query, Object.fromEntries(query));
  return {
    ...(q && { q }),
    ...(department && { department }),
    ...(category && { category }),
    ...(role && { role }),
    ...(state && { state }),
  };
}

/** The filter as a query of the API and of the address. */
export function queryOf({ state, ...filter }: Filter): Filter & Record<string, string> {
  const rest = Object.entries(filter).filter(([, value]) => value.length > 0);
  return { ...Object.fromEntries(rest), ...(state && state !== 'active' && { state }) };
}
