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
import { mount, read, write } from '../http/declare';
import { allPackages, createPackage, editPackage } from './packages';
import { allPlaces, putPlace } from './places';
import { allProducts, createProduct, editProduct } from './products';
import { adjustmentsOf, adjustStock } from './stock';

const param = v.strictObject({ id: Id });

export const productRoutes = mount('Products', [
  read({
    path: '/products',
    summary: 'All products',
    description: 'By name, inactive ones too, with the cursor of `orders`.',
    may: 'orders.see',
    answer: ProductList,
    handle: allProducts,
  }),
  write({
    method: 'post',
    path: '/products',
    summary: 'Create a product',
    may: 'products.manage',
    body: NewProduct,
    answer: ProductChange,
    problems: ['sku_taken', 'barcode_taken', 'id_taken', 'changed_meanwhile'],
    async handle(scope, { body }) {
      const { after, receipt } = await createProduct(scope, body);
      return { product: v.parse(Product, after), receipt };
    },
  }),
  write({
    method: 'patch',
    path: '/products/:id',
    summary: 'Change a product',
    description:
      'All fields but its stock. `seenAt` is the `updatedAt` that you have read; sales do not change it.',
    may: 'products.manage',
    param,
    body: EditProduct,
    answer: ProductEdited,
    problems: ['not_found', 'sku_taken', 'barcode_taken', 'changed_meanwhile'],
    async handle(scope, { param: { id }, body }) {
      const { after, receipt } = await editProduct(scope, id, body);
      return { product: v.parse(ProductFacts, after), receipt };
    },
  }),
  read({
    path: '/products/:id/adjustments',
    summary: 'The adjustments of a product’s stock',
    description: 'The latest first, at most 100.',
    may: 'products.manage',
    param,
    answer: StockAdjustments,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => adjustmentsOf(scope, id),
  }),
  write({
    method: 'post',
    path: '/products/:id/adjustments',
    summary: 'Adjust a product’s stock',
    description: 'By a difference and with a reason. The stock is never below zero.',
    may: 'products.manage',
    param,
    body: AdjustStock,
    answer: StockAdjusted,
    problems: ['not_found', 'out_of_stock'],
    async handle(scope, { param: { id }, body }) {
      const { after, receipt } = await adjustStock(scope, id, body);
      return { adjustment: v.parse(StockAdjusted.entries.adjustment, after), receipt };
    },
  }),
  read({
    path: '/packages',
    summary: 'All packages',
    description: 'By name, inactive ones too, with the cursor of `registrations`.',
    may: 'registrations.see',
    answer: PackageList,
    handle: allPackages,
  }),
  write({
    method: 'post',
    path: '/packages',
    summary: 'Create a package',
    may: 'products.manage',
    body: NewPackage,
    answer: PackageChange,
    problems: ['product_inactive', 'name_taken', 'id_taken', 'changed_meanwhile'],
    async handle(scope, { body }) {
      const { after, receipt } = await createPackage(scope, body);
      return { package: v.parse(Package, after), receipt };
    },
  }),
  write({
    method: 'patch',
    path: '/packages/:id',
    summary: 'Change a package',
    description: 'All fields. `seenAt` is the `updatedAt` that you have read.',
    may: 'products.manage',
    param,
    body: EditPackage,
    answer: PackageChange,
    problems: ['not_found', 'product_inactive', 'name_taken', 'changed_meanwhile'],
    async handle(scope, { param: { id }, body }) {
      const { after, receipt } = await editPackage(scope, id, body);
      return { package: v.parse(Package, after), receipt };
    },
  }),
  read({
    path: '/places',
    summary: 'All places',
    description: 'Where orders are taken and released; inactive ones too.',
    may: 'orders.see',
    answer: PlaceList,
    handle: allPlaces,
  }),
  write({
    method: 'put',
    path: '/places/:id',
    summary: 'Create or change a place',
    may: 'products.manage',
    param,
    body: PutPlace,
    answer: PlaceChange,
    problems: ['name_taken', 'last_place', 'changed_meanwhile'],
    async handle(scope, { param: { id }, body }) {
      const { after, receipt } = await putPlace(scope, id, body);
      return { place: v.parse(Place, after), receipt };
    },
  }),
]);
