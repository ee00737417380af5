/** Request bodies that are a picture instead of JSON. */
import type { MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
import type { ProblemCode } from '../contract/errors';
import { Refusal } from '../refusal';
import type { Http } from './env';

const PICTURE = /^image\/(jpeg|png|webp)$/i;

const picturesOnly: MiddlewareHandler<Http> = async (c, next) => {
  if (!PICTURE.test(c.req.header('Content-Type') ?? '')) throw new Refusal('not_a_photo');
  return next();
};

const content = Object.fromEntries(
  ['image/jpeg', 'image/png', 'image/webp'].map((type) => [
    type,
    { schema: { type: 'string' as const, format: 'binary' } },
  ]),
);

export const PICTURE_RULE =
  'A JPEG, PNG or WebP image of at most 2 MB and 4,096 pixels a side; its metadata is removed.';

/** The refusals of every upload of a picture. */
export const withPicture: readonly ProblemCode[] = ['not_a_photo', 'photo_too_large', 'body_too_large'];

/** Accepts a JPEG, PNG or WebP as the whole body. This checks the declared type; the slice checks the bytes. */
export const pictureOnly = Object.assign(
  picturesOnly,
  describeRoute({ requestBody: { required: true, content } }),
);
