/** The meanings of colours. Words always repeat the meaning. */
export type Tone = 'in' | 'out' | 'caution' | 'danger' | 'accent' | 'plain';

export const toneText: Record<Tone, string> = {
  in: 'text-in',
  out: 'text-out',
  caution: 'text-caution',
  danger: 'text-danger',
  accent: 'text-accent',
  plain: 'text-faint',
};

export const toneWash: Record<Tone, string> = {
  in: 'bg-in-wash text-in',
  out: 'bg-out-wash text-out',
  caution: 'bg-caution-wash text-caution',
  danger: 'bg-danger-wash text-danger',
  accent: 'bg-accent-wash text-accent',
  plain: 'bg-sunken text-soft',
};
