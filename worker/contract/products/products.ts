/** Products with their stock, packages of products, and places. */
import * as v from 'valibot';
import { Receipt } from '../receipts';
import { Currency, Money, MoneyRules, TaxRate } from '../money';
import { Line, Note, Reason, Title } from '../text';
import { Id, Instant, Whole } from '../values';
import { Heads } from '../wire';

/** A count of things, at least one. */
export const Quantity = Whole('pieces', 1, 9_999);
const Pieces = Whole('pieces', 0, 1_000_000);

/**
 * Free to sell, held (for an unpaid order or an unreleased registration), sold, or short: sold without network while there were
 * none. Only an adjustment changes stock + held + sold − short.
 */
export const Shelf = v.picklist(['stock', 'held', 'sold', 'short']);
export type Shelf = v.InferOutput<typeof Shelf>;

/** The colours that a product's tile may have; the design system names their values. */
export const TileColor = v.picklist(['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'pink']);
export type TileColor = v.InferOutput<typeof TileColor>;

/** Its own rate; null for the workplace's. */
const OwnTaxRate = v.nullable(TaxRate);
const Color = v.nullable(TileColor);

/** Where orders are taken and released. Queue numbers count by place. */
export const Place = v.strictObject({
  id: Id,
  name: v.string(),
  active: v.boolean(),
  /** Whether the release desk asks who received an order. Answers kept from before this field have none. */
  asksReceiver: v.optional(v.boolean(), false),
});
export type Place = v.InferOutput<typeof Place>;

export const Product = v.strictObject({
  id: Id,
  sku: v.string(),
  barcode: v.nullable(v.string()),
  name: v.string(),
  category: v.nullable(v.string()),
  price: Money,
  /** Free to sell. */
  stock: v.number(),
  held: v.number(),
  sold: v.number(),
  /** The stock at which, or below, it is low. */
  lowAt: v.number(),
  active: v.boolean(),
  updatedAt: Instant,
  // The last four: a kept answer, or an event of the release before them, has none.
  /** Pieces sold without network that the stock did not have. Adding pieces clears them first. */
  short: v.optional(v.number(), 0),
  taxRate: v.optional(OwnTaxRate, null),
  /** Whether tills show it first. */
  favourite: v.optional(v.boolean(), false),
  /** Of its tile. */
  color: v.optional(Color, null),
});
export type Product = v.InferOutput<typeof Product>;

/** A product without its stock, which events publish as differences. */
export const ProductFacts = v.omit(Product, ['stock', 'held', 'sold', 'short']);
export type ProductFacts = v.InferOutput<typeof ProductFacts>;

/** How a product's stock looks on a till. */
export const stockState = ({ stock, lowAt }: Pick<Product, 'stock' | 'lowAt'>): 'out' | 'low' | 'plenty' => {
  if (stock === 0) return 'out';
  return stock <= lowAt ? 'low' : 'plenty';
};

/** The stock differences of one commit; the log has each exactly once. */
export const StockChange = v.strictObject({
  changes: v.array(
    v.strictObject({
      id: Id,
      stock: v.number(),
      held: v.number(),
      sold: v.number(),
      short: v.optional(v.number(), 0),
    }),
  ),
});
export type StockChange = v.InferOutput<typeof StockChange>;

const content = {
  sku: v.pipe(v.string(), v.trim(), v.regex(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, - _ or .')),
  barcode: v.nullable(
    v.pipe(v.string(), v.trim(), v.regex(/^[\w-]{4,32}$/, 'must be 4 to 32 letters or digits')),
  ),
  name: Title,
  category: v.nullable(Line(60)),
  price: Money,
  lowAt: Pieces,
};
export const NewProduct = v.strictObject({
  id: Id,
  ...content,
  stock: Pieces,
  taxRate: v.optional(OwnTaxRate, null),
  favourite: v.optional(v.boolean(), false),
  color: v.optional(Color, null),
});
export type NewProduct = v.InferOutput<typeof NewProduct>;
/**
 * Replaces a product without its stock; `seenAt` is the `updatedAt` that the form loaded. A page of an earlier release does not know
 * the optional ones: they remain as they are.
 */
export const EditProduct = v.strictObject({
  ...content,
  active: v.boolean(),
  seenAt: Instant,
  taxRate: v.optional(OwnTaxRate),
  favourite: v.optional(v.boolean()),
  color: v.optional(Color),
});
export type EditProduct = v.InferOutput<typeof EditProduct>;
export const ProductChange = v.strictObject({ product: Product, receipt: Receipt });
export type ProductChange = v.InferOutput<typeof ProductChange>;
export const ProductEdited = v.strictObject({ product: ProductFacts, receipt: Receipt });
export type ProductEdited = v.InferOutput<typeof ProductEdited>;

/** A negative difference removes pieces. */
export const AdjustStock = v.strictObject({
  quantity: v.pipe(
    Whole('pieces', -100_000, 100_000),
    v.check((quantity) => quantity !== 0, 'must not be 0'),
  ),
  reason: Reason,
});
export type AdjustStock = v.InferOutput<typeof AdjustStock>;
export const StockAdjustment = v.strictObject({
  /** The journal entry's number. */
  entry: v.number(),
  at: Instant,
  by: v.nullable(v.string()),
  quantity: v.number(),
  reason: v.string(),
});
export type StockAdjustment = v.InferOutput<typeof StockAdjustment>;
/** The latest first, at most 100. */
export const StockAdjustments = v.strictObject({ adjustments: v.array(StockAdjustment) });
export type StockAdjustments = v.InferOutput<typeof StockAdjustments>;
export const StockAdjusted = v.strictObject({
  adjustment: v.strictObject({ productId: Id, quantity: v.number(), reason: v.string() }),
  receipt: Receipt,
});
export type StockAdjusted = v.InferOutput<typeof StockAdjusted>;

/** All products by name, with the head of `orders`. */
export const ProductList = v.strictObject({
  at: Heads,
  now: Instant,
  /** For all prices. */
  currency: Currency,
  /** The workplace's own, for products without a rate. */
  taxRate: v.optional(TaxRate, 0),
  products: v.array(Product),
});
export type ProductList = v.InferOutput<typeof ProductList>;

/** Products that registrants buy together at one price. */
export const Package = v.strictObject({
  id: Id,
  name: v.string(),
  description: v.nullable(v.string()),
  price: Money,
  active: v.boolean(),
  products: v.array(v.strictObject({ id: Id, name: v.string(), quantity: v.number() })),
  updatedAt: Instant,
  // Missing in answers and events of the release before it.
  taxRate: v.optional(OwnTaxRate, null),
});
export type Package = v.InferOutput<typeof Package>;

const packed = {
  name: Title,
  description: v.nullable(Note(300)),
  price: Money,
  products: v.pipe(
    v.array(v.strictObject({ id: Id, quantity: Quantity })),
    v.maxLength(30, 'must name at most 30 products'),
    v.check(
      (lines) => new Set(lines.map(({ id }) => id)).size === lines.length,
      'must not name a product twice',
    ),
  ),
};
export const NewPackage = v.strictObject({ id: Id, ...packed, taxRate: v.optional(OwnTaxRate, null) });
export type NewPackage = v.InferOutput<typeof NewPackage>;
/** Without a `taxRate`, as a page of an earlier release sends it, the rate remains. */
export const EditPackage = v.strictObject({
  ...packed,
  active: v.boolean(),
  seenAt: Instant,
  taxRate: v.optional(OwnTaxRate),
});
export type EditPackage = v.InferOutput<typeof EditPackage>;
export const PackageChange = v.strictObject({ package: Package, receipt: Receipt });
export type PackageChange = v.InferOutput<typeof PackageChange>;
/** All packages by name, with the currency and tax rules, and the head of `registrations`. */
export const PackageList = v.strictObject({
  at: Heads,
  now: Instant,
  ...MoneyRules.entries,
  packages: v.array(Package),
});
export type PackageList = v.InferOutput<typeof PackageList>;

/** Creates, renames or closes a place, and says whether its desk asks who received an order. */
export const PutPlace = v.strictObject({ name: Title, active: v.boolean(), asksReceiver: v.boolean() });
export type PutPlace = v.InferOutput<typeof PutPlace>;
/** All places by name, inactive ones too. */
export const PlaceList = v.strictObject({ places: v.array(Place) });
export type PlaceList = v.InferOutput<typeof PlaceList>;
export const PlaceChange = v.strictObject({ place: Place, receipt: Receipt });
export type PlaceChange = v.InferOutput<typeof PlaceChange>;
