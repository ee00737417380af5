import { SystemState } from '../contract/system/system';
import { mount, read } from '../http/declare';
import { readSystem } from './state';

export const systemRoutes = mount('System', [
  read({
    path: '/system',
    summary: 'The state of the system',
    description:
      'Heads and listeners of the shared channels, the last run of each job, the database’s size. `heard` is null if a channel’s object did not answer within 3 seconds.',
    may: 'system.see',
    answer: SystemState,
    handle: (scope) => readSystem(scope),
  }),
]);
