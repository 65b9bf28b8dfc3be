import type { Token } from '../auth/token.ts';
import type { User } from '../auth/user.ts';
import type { CheckContext } from './check-context.ts';

/** What a thread looks like to its owner. */
interface ThreadState {
  readonly status: number;
  readonly title: string | null;
  readonly hasForeignMessage: boolean;
}

/**
 * Requires that a stranger who renames, writes to and deletes a thread over the API is refused with HTTP 401
 * (wire-contract.md §1.6), and that its owner finds it as it was. The positive control: the owner does all three.
 */
export async function expectForeignWritesRefused(
  t: CheckContext,
  owner: User,
  stranger: User,
): Promise<void> {
  const title = `thread of the owner ${t.canary()}`;
  const thread = await t.createThread(owner, title);
  const path = `/api/threads/${thread.id}`;
  const foreign = await t.token(stranger);
  const foreignText = `written by a stranger ${t.canary()}`;
  const refused = await writeAll(t, path, foreign, foreignText);
  const token = await t.token(owner);
  const kept = await stateOf(t, path, token, title, foreignText);
  const own = await writeAll(t, path, token, `written by the owner ${t.canary()}`);
  t.record({
    kind: 'control',
    of: 'writes to the thread of another user',
    accepted: own.every(({ status }) => status === 200),
    text: `${own.map(({ what, status }) => `${what} HTTP ${status}`).join(', ')} for the owner`,
  });
  for (const { what, status, evidence } of refused) {
    t.expectEqual('ISO-THREAD-WRITABLE', {
      where: `${what} as another user`,
      expected: 401,
      actual: status,
      evidence: [evidence],
    });
  }
  t.expectEqual('ISO-THREAD-WRITABLE', {
    where: 'the thread as its owner finds it after that',
    expected: { status: 200, title: 'as it was', hasForeignMessage: false },
    actual: kept.state,
    evidence: kept.evidence,
  });
}

async function writeAll(
  t: CheckContext,
  path: string,
  token: Token,
  text: string,
): Promise<readonly { readonly what: string; readonly status: number; readonly evidence: string }[]> {
  const renamed = await t.answered('PUT', path, { token, json: { title: text } });
  const written = await t.answered('POST', `${path}/messages`, { token, json: { message: text } });
  const deleted = await t.answered('DELETE', path, { token });
  return [
    { what: 'PUT /api/threads/{id}', ...renamed },
    { what: 'POST /api/threads/{id}/messages', ...written },
    { what: 'DELETE /api/threads/{id}', ...deleted },
  ].map(({ what, status, evidence }) => ({ what, status, evidence }));
}

async function stateOf(
  t: CheckContext,
  path: string,
  token: Token,
  title: string,
  foreignText: string,
): Promise<{ readonly state: ThreadState; readonly evidence: readonly string[] }> {
  const thread = await t.answered('GET', path, { token });
  const messages = await t.answered('GET', `${path}/messages`, { token });
  return {
    state: {
      status: thread.status,
      title: thread.text.includes(title) ? 'as it was' : 'another',
      hasForeignMessage: messages.text.includes(foreignText) || thread.text.includes(foreignText),
    },
    evidence: [thread.evidence, messages.evidence],
  };
}
