import { Hono } from 'hono';
import * as v from 'valibot';
import { Receipted } from '../../contract/attendance/attendance';
import { PersonChange } from '../../contract/people/people';
import { Id } from '../../contract/values';
import type { Http } from '../../http/env';
import { photoBody } from '../../http/photo';
import { input, route } from '../../http/route';
import { keyed, written } from '../../http/writes';
import { changeOf } from '../people';
import { checkInPhoto, setCheckInPhoto } from '../../attendance/photo';
import { personPhoto, removePhoto, setPhoto } from './person';

const OfId = v.strictObject({ id: Id });
const OfPhoto = v.strictObject({ id: Id, photo: Id });
const tag = 'Photos';
const sent = written.filter((code) => code !== 'malformed_json' && code !== 'not_json');
const picture = 'A JPEG, PNG or WebP image of at most 2 MB and 4,096 pixels a side; its metadata is removed.';

export const photoRoutes = new Hono<Http>()
  .put(
    '/people/:id/photo',
    route({
      summary: 'Set a person’s photo',
      description: picture,
      tag,
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...sent, 'not_found', 'not_a_photo', 'photo_too_large', 'changed_meanwhile'],
    }),
    photoBody,
    keyed,
    input('param', OfId),
    async (c) =>
      c.json(changeOf(await setPhoto(c.var.scope, c.req.valid('param').id, await c.req.arrayBuffer()))),
  )
  .delete(
    '/people/:id/photo',
    route({
      summary: 'Remove a person’s photo',
      tag,
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...sent, 'not_found', 'changed_meanwhile'],
    }),
    keyed,
    input('param', OfId),
    async (c) => c.json(changeOf(await removePhoto(c.var.scope, c.req.valid('param').id))),
  )
  .get(
    '/people/:id/photo/:photo',
    route({
      summary: 'A person’s photo',
      description: 'For themselves and for those who watch the board.',
      tag,
      may: 'account.use',
      answers: { 200: null },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfPhoto),
    (c) => {
      const { id, photo } = c.req.valid('param');
      return personPhoto(c.var.scope, id, photo);
    },
  )
  .put(
    '/attendance/records/:id/photo',
    route({
      summary: 'Add a photo to my check-in',
      description: `Within a quarter of an hour of the check-in, if the workplace takes such photos. ${picture}`,
      tag,
      may: 'self.use',
      answers: { 200: Receipted },
      problems: [
        ...sent,
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
