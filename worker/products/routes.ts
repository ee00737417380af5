import { Hono } from 'hono';
import * as v from 'valibot';
import {
  AdjustStock,
  EditPackage,
  EditProduct,
  NewPackage,
  NewProduct,
  Package,
  PackageChange,
  PackageList,
  Place,
  PlaceChange,
  PlaceList,
  Product,
  ProductChange,
  ProductEdited,
  ProductFacts,
  ProductList,
  PutPlace,
  StockAdjusted,
  StockAdjustments,
} from '../contract/products/products';
import { Id } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { allPackages, createPackage, editPackage } from './packages';
import { allPlaces, putPlace } from './places';
import { allProducts, createProduct, editProduct } from './products';
import { adjustmentsOf, adjustStock } from './stock';

const tag = 'Products';
const OfId = v.strictObject({ id: Id });

export const productRoutes = new Hono<Http>()
  .get(
    '/products',
    route({
      summary: 'All products',
      description: 'By name, also those not sold any more, with the cursor of `orders`.',
      tag,
      may: 'orders.see',
      answers: { 200: ProductList },
    }),
    async (c) => c.json((await allProducts(c.var.scope)) satisfies ProductList),
  )
  .post(
    '/products',
    route({
      summary: 'Put a product on sale',
      tag,
      may: 'products.manage',
      answers: { 200: ProductChange },
      problems: [...written, 'sku_taken', 'barcode_taken', 'id_taken', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', NewProduct),
    async (c) => {
      const { after, receipt } = await createProduct(c.var.scope, c.req.valid('json'));
      return c.json({ product: v.parse(Product, after), receipt } satisfies ProductChange);
    },
  )
  .patch(
    '/products/:id',
    route({
      summary: 'Change a product',
      description:
        'Everything but its stock. `seenAt` is the `updatedAt` of what was seen; sales do not change it.',
      tag,
      may: 'products.manage',
      answers: { 200: ProductEdited },
      problems: [...written, 'not_found', 'sku_taken', 'barcode_taken', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', EditProduct),
    async (c) => {
      const { id } = c.req.valid('param');
      const { after, receipt } = await editProduct(c.var.scope, id, c.req.valid('json'));
      return c.json({ product: v.parse(ProductFacts, after), receipt } satisfies ProductEdited);
    },
  )
  .get(
    '/products/:id/adjustments',
    route({
      summary: 'How a product’s stock was adjusted',
      description: 'The latest first, at most 100.',
      tag,
      may: 'products.manage',
      answers: { 200: StockAdjustments },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) =>
      c.json((await adjustmentsOf(c.var.scope, c.req.valid('param').id)) satisfies StockAdjustments),
  )
  .post(
    '/products/:id/adjustments',
    route({
      summary: 'Adjust a product’s stock',
      description: 'By a difference and with a reason. What is free is never less than none.',
      tag,
      may: 'products.manage',
      answers: { 200: StockAdjusted },
      problems: [...written, 'not_found', 'out_of_stock'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', AdjustStock),
    async (c) => {
      const { id } = c.req.valid('param');
      const { after, receipt } = await adjustStock(c.var.scope, id, c.req.valid('json'));
      const adjustment = v.parse(StockAdjusted.entries.adjustment, after);
      return c.json({ adjustment, receipt } satisfies StockAdjusted);
    },
  )
  .get(
    '/packages',
    route({
      summary: 'All packages',
      description: 'By name, also those not sold any more, with the cursor of `registrations`.',
      tag,
      may: 'registrations.see',
      answers: { 200: PackageList },
    }),
    async (c) => c.json((await allPackages(c.var.scope)) satisfies PackageList),
  )
  .post(
    '/packages',
    route({
      summary: 'Make a package',
      tag,
      may: 'products.manage',
      answers: { 200: PackageChange },
      problems: [...written, 'product_inactive', 'name_taken', 'id_taken', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', NewPackage),
    async (c) => {
      const { after, receipt } = await createPackage(c.var.scope, c.req.valid('json'));
      return c.json({ package: v.parse(Package, after), receipt } satisfies PackageChange);
    },
  )
  .patch(
    '/packages/:id',
    route({
      summary: 'Change a package',
      description: 'As a whole. `seenAt` is the `updatedAt` of what was seen.',
      tag,
      may: 'products.manage',
      answers: { 200: PackageChange },
      problems: [...written, 'not_found', 'product_inactive', 'name_taken', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', EditPackage),
    async (c) => {
      const { id } = c.req.valid('param');
      const { after, receipt } = await editPackage(c.var.scope, id, c.req.valid('json'));
      return c.json({ package: v.parse(Package, after), receipt } satisfies PackageChange);
    },
  )
  .get(
    '/places',
    route({
      summary: 'All places',
      description: 'Where something is ordered and handed over; closed ones too.',
      tag,
      may: 'orders.see',
      answers: { 200: PlaceList },
    }),
    async (c) => c.json((await allPlaces(c.var.scope)) satisfies PlaceList),
  )
  .put(
    '/places/:id',
    route({
      summary: 'Make or change a place',
      tag,
      may: 'products.manage',
      answers: { 200: PlaceChange },
      problems: [...written, 'name_taken', 'last_place', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', PutPlace),
    async (c) => {
      const { id } = c.req.valid('param');
      const { after, receipt } = await putPlace(c.var.scope, id, c.req.valid('json'));
      return c.json({ place: v.parse(Place, after), receipt } satisfies PlaceChange);
    },
  );
