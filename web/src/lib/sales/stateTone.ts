import type { OrderState } from '$contract/sales/orders/orders';
import type { Tone } from '$lib/ui/tone';

export const stateTone = {
  pending: 'plain',
  for_payment: 'caution',
  for_release: 'accent',
  released: 'in',
  cancelled: 'danger',
} as const satisfies Record<OrderState, Tone>;
