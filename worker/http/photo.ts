/** Bodies that are a picture instead of JSON. */
import type { MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
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

/** Takes a JPEG, PNG or WebP as the whole body. What it says it is opens the door only; its bytes decide. */
export const photoBody = Object.assign(
  picturesOnly,
  describeRoute({ requestBody: { required: true, content } }),
);
