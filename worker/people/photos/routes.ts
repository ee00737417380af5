import { Hono } from 'hono';
import * as v from 'valibot';
import { PersonChange } from '../../contract/people/people';
import { Id } from '../../contract/values';
import type { Http } from '../../http/env';
import { photoBody, PICTURE_RULE, pictureWritten } from '../../http/photo';
import { input, route } from '../../http/route';
import { keyed } from '../../http/writes';
import { changed } from '../people';
import { personPhoto, removePhoto, setPhoto } from './person';

const OfId = v.strictObject({ id: Id });
const OfPhoto = v.strictObject({ id: Id, photo: Id });
const tag = 'Photos';

export const photoRoutes = new Hono<Http>()
  .put(
    '/people/:id/photo',
    route({
      summary: 'Set a person’s photo',
      description: PICTURE_RULE,
      tag,
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...pictureWritten, 'not_found', 'not_a_photo', 'photo_too_large', 'changed_meanwhile'],
    }),
    photoBody,
    keyed,
    input('param', OfId),
    async (c) =>
      c.json(await changed(setPhoto(c.var.scope, c.req.valid('param').id, await c.req.arrayBuffer()))),
  )
  .delete(
    '/people/:id/photo',
    route({
      summary: 'Remove a person’s photo',
      tag,
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...pictureWritten, 'not_found', 'changed_meanwhile'],
    }),
    keyed,
    input('param', OfId),
    async (c) => c.json(await changed(removePhoto(c.var.scope, c.req.valid('param').id))),
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
  );
