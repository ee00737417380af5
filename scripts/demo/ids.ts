import { UUID } from 'uuidv7';
import { Chance } from './chance.ts';

/** A UUIDv7 of that moment; the same words give the same id. */
export function idAt(at: number, ...words: string[]): string {
  const chance = new Chance('id', String(at), ...words);
  return UUID.fromFieldsV7(at, chance.bits(12), chance.bits(30), chance.bits(32)).toString();
}
