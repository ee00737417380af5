import { Hono } from 'hono';
import * as v from 'valibot';
import { Receipted } from '../contract/attendance/attendance';
import { Id } from '../contract/values';
import type { Http } from '../http/env';
import { photoBody, PICTURE_RULE, pictureWritten } from '../http/photo';
import { input, route } from '../http/route';
import { keyed } from '../http/writes';
import { checkInPhoto, setCheckInPhoto } from './photo';

const OfId = v.strictObject({ id: Id });
const OfPhoto = v.strictObject({ id: Id, photo: Id });
const tag = 'Photos';

export const checkInPhotoRoutes = new Hono<Http>()
  .put(
    '/attendance/records/:id/photo',
    route({
      summary: 'Add a photo to my check-in',
      description: `Within a quarter of an hour of the check-in, if the workplace takes such photos. ${PICTURE_RULE}`,
      tag,
      may: 'self.use',
      answers: { 200: Receipted },
      problems: [
        ...pictureWritten,
        'not_found',
        'photo_off',
        'photo_too_late',
        'not_a_photo',
        'photo_too_large',
        'changed_meanwhile',
      ],
    }),
    photoBody,
    keyed,
    input('param', OfId),
    async (c) =>
      c.json(
        (await setCheckInPhoto(
          c.var.scope,
          c.req.valid('param').id,
          await c.req.arrayBuffer(),
        )) satisfies Receipted,
      ),
  )
  .get(
    '/attendance/records/:id/photo/:photo',
    route({
      summary: 'The photo of a check-in',
      description: 'For whose check-in it is and for those who watch the board.',
      tag,
      may: 'self.use',
      answers: { 200: null },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfPhoto),
    (c) => {
      const { id, photo } = c.req.valid('param');
      return checkInPhoto(c.var.scope, id, photo);
    },
  );
