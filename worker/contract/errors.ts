/** Every refusal the API can give: a stable code, its HTTP status, and the words a person reads. */
import * as v from 'valibot';

export const problems = {
  malformed_json: [400, 'The request body is not valid JSON.'],
  invalid_input: [400, 'Something in the request is not as it must be.'],
  key_required: [400, 'This request needs an Idempotency-Key header: 8 to 64 letters, digits, - or _.'],
  not_signed_in: [401, 'Please sign in.'],
  wrong_credentials: [401, 'The email or the password is not right.'],
  foreign_origin: [403, 'This request came from a page that may not make it.'],
  not_allowed: [403, 'You may not do this.'],
  not_found: [404, 'There is nothing here.'],
  method_not_allowed: [405, 'This address does not take that method.'],
  not_checked_in: [409, 'You are not checked in.'],
  already_checked_out: [409, 'You have already checked out.'],
  no_such_break: [409, 'There is no such break.'],
  on_break: [409, 'You are on a break already.'],
  break_spent: [409, 'Today’s allowance for this break is used up.'],
  still_open: [409, 'This record is still open. Check out first, then ask for a correction.'],
  overlap: [409, 'These times overlap with another record.'],
  breaks_outside: [409, 'A break of that record would lie outside these times.'],
  correction_pending: [409, 'A correction of this record is waiting for an answer already.'],
  already_decided: [409, 'This correction has been decided or withdrawn already.'],
  not_oneself: [409, 'You cannot deactivate yourself.'],
  deactivated: [409, 'This person is deactivated. Reactivate them first.'],
  email_taken: [409, 'Somebody with this email is here already.'],
  name_taken: [409, 'That name is taken.'],
  schedule_in_use: [409, 'People follow this schedule, now or later. Give them another one first.'],
  only_week: [409, 'A schedule needs at least one week.'],
  already_begun: [
    409,
    'That holds already, and what is past is never rewritten. Set what is to hold from now on.',
  ],
  already_set_up: [409, 'This workplace already has its admin.'],
  last_admin: [409, 'The last admin must stay an admin.'],
  changed_meanwhile: [409, 'Somebody changed this at the same moment. Look again and retry.'],
  own_correction: [403, 'Nobody decides on their own correction.'],
  invitation_spent: [410, 'This invitation was used or has expired. Ask for a new one.'],
  setup_link_spent: [410, 'This setup link was used or has expired. Make a new one.'],
  body_too_large: [413, 'The request body is larger than 64 KB.'],
  photo_off: [409, 'This workplace takes no photos at check-in.'],
  photo_too_late: [409, 'A photo can be added within 15 minutes of the check-in only.'],
  photo_too_large: [413, 'The photo is larger than 2 MB.'],
  not_a_photo: [415, 'That is not a JPEG, PNG or WebP image of at most 4,096 pixels a side.'],
  not_json: [415, 'The request body must be application/json.'],
  key_reused: [422, 'This Idempotency-Key was already used for a different request.'],
  upgrade_required: [426, 'This address speaks WebSocket only.'],
  too_many_tries: [429, 'Too many tries. Wait a little and try again.'],
  internal: [500, 'Something went wrong on our side. Nothing was changed, or you will see it shortly.'],
  unavailable: [503, 'The database did not answer. Try again in a moment.'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as ProblemCode[];

/** RFC 9457 problem details, served as `application/problem+json`. `issues` names each wrong field; `current` is the state that a conflicting act met. */
export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  code: v.picklist(problemCodes),
  detail: v.optional(v.string()),
  issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  current: v.optional(v.unknown()),
  retryAfter: v.optional(v.number()),
});
export type Problem = v.InferOutput<typeof Problem>;
