import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Difference } from '../../../worker/contract/sales/offline/differences';
import { Device, letterOf, OfflineSale } from '../../../worker/contract/sales/offline/offline-sales';
import { ReceiptLabel, receiptLabel, receiptParts } from '../../../worker/contract/sales/receipts/receipts';

const ID = '019dd7f0-0000-7000-8000-000000000001';
const act = {
  id: ID,
  placeId: ID,
  drawerId: ID,
  device: '6c84fb90-12c4-41e1-840d-725adee8c8d6',
  receipt: 'D0147-A001',
  lines: [{ productId: ID, name: 'Espresso', quantity: 2, price: 250, taxRate: 1900 }],
  taxIncluded: true,
  currency: 'EUR',
  ...{ total: 500, rounding: 0, tip: 50, received: 1000, change: 450 },
  tapped: { v: 1, person: ID, at: 0 },
};

describe('letters of devices', () => {
  it('go from A to Z, then AA, and never repeat', () => {
    expect([1, 2, 26, 27, 28, 52, 53, 702, 703].map(letterOf)).toEqual([
      ...['A', 'B', 'Z', 'AA', 'AB', 'AZ', 'BA', 'ZZ', 'AAA'],
    ]);
    const all = Array.from({ length: 18_278 }, (_, index) => letterOf(index + 1));
    expect(new Set(all).size).toBe(18_278);
    expect(all.at(-1)).toBe('ZZZ');
  });

  it('are part of a receipt’s number', () => {
    const label = receiptLabel(147, letterOf(27), 1);
    expect(v.parse(ReceiptLabel, label)).toBe('D0147-AA001');
    expect(receiptParts(label)).toEqual({ drawer: 147, letter: 'AA', number: 1 });
  });
});

describe('a sale without network', () => {
  it('needs no discounts and replaces no order unless it says so', () => {
    expect(v.parse(OfflineSale, act)).toMatchObject({
      discount: null,
      replaces: null,
      lines: [{ discount: null }],
    });
  });

  it.each([
    ['a receipt of the drawer’s own series', { receipt: 'D0147-001' }],
    ['no lines', { lines: [] }],
    ['no person', { tapped: undefined }],
    ['a negative amount', { change: -1 }],
    ['a device that is no UUID', { device: 'till 1' }],
  ])('is refused with %s', (_what, change) => {
    expect(v.is(OfflineSale, { ...act, ...change })).toBe(false);
  });

  it('takes a browser’s random id as its device', () => {
    expect(v.is(Device, crypto.randomUUID())).toBe(true);
  });

  it('names each kind of difference once', () => {
    const kinds = Difference.options.map(({ entries }) => entries.kind.literal);
    expect(new Set(kinds).size).toBe(kinds.length);
  });
});
