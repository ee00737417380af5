import * as v from 'valibot';
import { PersonChange } from '../../contract/people/people';
import { Id } from '../../contract/values';
import { download, mount, upload, write } from '../../http/declare';
import { PICTURE_RULE } from '../../http/photo';
import { changed } from '../people';
import { personPhoto, removePhoto, setPhoto } from './person';

const param = v.strictObject({ id: Id });

export const photoRoutes = mount('Photos', [
  upload({
    path: '/people/:id/photo',
    summary: 'Set a person’s photo',
    description: PICTURE_RULE,
    may: 'people.manage',
    param,
    answer: PersonChange,
    problems: ['not_found', 'erased', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => changed(setPhoto(scope, id, body)),
  }),
  write({
    method: 'delete',
    path: '/people/:id/photo',
    summary: 'Remove a person’s photo',
    may: 'people.manage',
    param,
    answer: PersonChange,
    problems: ['not_found', 'erased', 'changed_meanwhile'],
    handle: (scope, { param: { id } }) => changed(removePhoto(scope, id)),
  }),
  download({
    path: '/people/:id/photo/:photo',
    summary: 'A person’s photo',
    description: 'For the person, and for people who watch the board.',
    may: 'account.use',
    param: v.strictObject({ id: Id, photo: Id }),
    problems: ['invalid_input', 'not_found', 'erased'],
    handle: (scope, { param: { id, photo } }) => personPhoto(scope, id, photo),
  }),
]);
