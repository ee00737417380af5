import { goto } from '$app/navigation';
import { say } from '$lib/ui/toast';
import { Announcer } from './Announcer';

/** An announcer whose toast has a button that opens the notification's page. */
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
