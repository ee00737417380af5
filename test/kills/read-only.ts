/** A workplace that may only be read: `npm start` says what to do. */
import { smallDisk, setReadOnly } from './disk.ts';
import { Ended, freePort, Server } from './server.ts';
import { outputFaults } from './words.ts';
import { newWorkplace } from './workplace.ts';

/** @returns what was wrong, in words */
export async function readOnly(say: (line: string) => void): Promise<string[]> {
  const [empty, used] = [smallDisk('64m'), smallDisk('64m')];
  await newWorkplace(used);
  const wrong: string[] = [];
  for (const folder of [empty, used]) {
    setReadOnly(folder);
    const started = await Server.start(folder, await freePort()).catch((error: unknown) => error);
    if (started instanceof Ended) wrong.push(...outputFaults(started.output, /may only be read/));
    else if (started instanceof Server) {
      wrong.push('npm start served a folder that may only be read');
      await started.kill();
    } else throw started;
  }
  say('Folder read-only: npm start said so and what to do, with an empty workplace and with one in use.');
  return wrong;
}
