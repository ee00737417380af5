import * as v from 'valibot';
import { Receipted } from '../contract/attendance/attendance';
import { Id } from '../contract/values';
import { download, mount, upload } from '../http/declare';
import { PICTURE_RULE } from '../http/photo';
import { checkInPhoto, setCheckInPhoto } from './photo';

export const checkInPhotoRoutes = mount('Photos', [
  upload({
    path: '/attendance/records/:id/photo',
    summary: 'Add a photo to my check-in',
    description: `Within a quarter of an hour of the check-in, if the workplace takes such photos. ${PICTURE_RULE}`,
    may: 'self.use',
    param: v.strictObject({ id: Id }),
    answer: Receipted,
    problems: ['not_found', 'photo_off', 'photo_too_late', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => setCheckInPhoto(scope, id, body),
  }),
  download({
    path: '/attendance/records/:id/photo/:photo',
    summary: 'The photo of a check-in',
    description: 'For its person and for those who watch the board.',
    may: 'self.use',
    param: v.strictObject({ id: Id, photo: Id }),
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id, photo } }) => checkInPhoto(scope, id, photo),
  }),
]);
