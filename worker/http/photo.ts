/** Bodies that are a picture instead of JSON. */
import type { MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
import { Refusal } from '../refusal';
import { written } from './writes';
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

/** The refusals that every upload of a picture can give. */
export const pictureWritten = written.filter((code) => code !== 'malformed_json' && code !== 'not_json');

/** Takes a JPEG, PNG or WebP as the whole body. What it says it is opens the door only; its bytes decide. */
export const photoBody = Object.assign(
  picturesOnly,
  describeRoute({ requestBody: { required: true, content } }),
);
