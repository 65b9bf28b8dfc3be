import type { User } from '../auth/user.ts';
import type { Thread } from '../contract/api.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';

/** Creates a thread of a user over the API; it is removed at the end of the check. */
export async function createThread(t: CheckContext, owner: User, title: string): Promise<Thread> {
  const token = await t.token(owner);
  const made = await t.answered('POST', '/api/threads', { token, json: { title } });
  const thread = expectBody(t, 'thread', made);
  t.keep({
    [Symbol.asyncDispose]: async () => {
      // What a run leaves behind is said, never judged.
      if (await t.remove(`/api/threads/${thread.id}`, token)) return;
      t.warn(`thread ${thread.id} of this check could not be removed`);
    },
  });
  return thread;
}
