import type { Settings } from '../../worker/contract/settings/settings.ts';

/** The clinic's own numbers. */
export const settingsOf = (zone: string): Settings => ({
  organisation: 'Harbour Clinic',
  zone,
  dayStart: '04:00',
  graceMinutes: 5,
  checkOutWaitMinutes: 300,
  offlineTapHours: 12,
  breaks: [
    { kind: 'meal', name: 'Meal', minutes: 45 },
    { kind: 'rest', name: 'Rest', minutes: 20 },
  ],
  overtimeStepMinutes: 5,
  breakDeductions: [
    { afterMinutes: 360, minutes: 30 },
    { afterMinutes: 540, minutes: 45 },
  ],
  earlyArrival: 'counts',
  overlongBreak: 'as_taken',
  weeklyLimitMinutes: null,
  boardVisibleTo: 'everyone',
  checkInPhoto: 'optional',
  sellerAddress: 'Harbour Quay 12\n20457 Hamburg',
  taxNumber: 'DE 123 456 789',
  currency: 'EUR',
  taxRate: 1_900,
  taxIncluded: true,
  cashierDiscountPercent: 50,
  smallestCoin: 1,
  tips: true,
  unpaidOrderMinutes: 60,
  unpaidRegistrationDays: 14,
});
