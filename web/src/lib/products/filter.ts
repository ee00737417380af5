import { searchKey, searchWords } from '$contract/search-key';
import { type Product, stockState } from '$contract/products/products';

export interface Filter {
  /** Words that name, SKU or category must contain; or a barcode. */
  q: string;
  /** Empty for any. */
  category: string;
  show: 'sold' | 'low' | 'unsold';
}

export function matches(product: Product, { q, category, show }: Filter): boolean {
  if (category !== '' && product.category !== category) return false;
  if (product.active !== (show !== 'unsold')) return false;
  if (show === 'low' && stockState(product) === 'plenty') return false;
  if (product.barcode !== null && q.trim() === product.barcode) return true;
  const text = searchKey([product.name, product.sku, product.category ?? ''].join(' '));
  return searchWords(q).every((word) => text.includes(word));
}
