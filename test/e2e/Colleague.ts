/** A person who works through the API alone, as a phone does. */
import { type APIRequestContext, expect, request } from '@playwright/test';
import { uuidv7 } from 'uuidv7';
import { COOKIE, type Employee, type Workplace } from './Workplace.ts';

export class Colleague {
  private constructor(
    readonly person: Employee,
    readonly api: APIRequestContext,
  ) {}

  static async join(workplace: Workplace, name: string): Promise<Colleague> {
    return Colleague.of(workplace, await workplace.hire(name));
  }

  static async of(workplace: Workplace, person: Employee): Promise<Colleague> {
    const api = await request.newContext({
      baseURL: `${workplace.direct}/api/v1/`,
      // A request on a keep-alive connection that the server is just closing would fail.
      extraHTTPHeaders: {
        Origin: workplace.direct,
        Connection: 'close',
        Cookie: `${COOKIE}=${await workplace.session(person.email)}`,
      },
    });
    return new Colleague(person, api);
  }

  /** @returns the record's id */
  async checkIn(id: string = uuidv7()): Promise<string> {
    await this.write('post', 'attendance/check-in', { id });
    return id;
  }

  async checkOut(id: string): Promise<void> {
    await this.write('post', 'attendance/check-out', { id });
  }

  async write(method: 'post' | 'put', path: string, data: object): Promise<void> {
    const answer = await this.api[method](path, { data, headers: { 'Idempotency-Key': uuidv7() } });
    expect(answer.status(), await answer.text()).toBe(200);
  }
}
