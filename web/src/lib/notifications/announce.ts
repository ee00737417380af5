import { goto } from '$app/navigation';
import { say } from '$lib/ui/toast';
import { Announcer } from './Announcer';

/** The announcer of a page: one toast, whose button leads to what it tells. */
export const announcerHere = (): Announcer =>
  new Announcer(({ title, body, href }, gone) => {
    void say(title, {
      id: 'inbox',
      ...(body && { description: body }),
      action: {
        label: 'Open',
        act: () => {
          gone();
          void goto(href);
        },
      },
      gone,
    });
  });
