import type { Token } from '../auth/token.ts';
import type { HttpMethod } from '../http/http-client.ts';
import type { CheckContext } from './check-context.ts';
import type { AnsweredResult } from './check-requests.ts';

/** A call of the thread API on a thread that somebody owns. */
interface ThreadCall {
  readonly what: string;
  readonly method: HttpMethod;
  readonly path: string;
  readonly json?: unknown;
  /** Whether the answer holds the text of the owner. */
  readonly isReading: boolean;
}

/** Answers that `expectThreadCallsRefused` gets. */
export const THREAD_REFUSAL_ANSWERS = 20;

/**
 * Requires that every call of the thread API (wire-contract.md §1.6) on a thread of a user is refused with HTTP 401 without a
 * token, or with one of that user that has expired, and that no answer holds its text. The positive control: the owner makes
 * the same calls right afterwards.
 */
export async function expectThreadCallsRefused(t: CheckContext, bad: 'no token' | 'expired'): Promise<void> {
  const owner = t.user('owner');
  const canary = t.canary();
  const thread = await t.createThread(owner, `thread ${canary}`);
  const token = bad === 'expired' ? await t.controlToken(bad, owner) : await t.token(owner);
  const path = `/api/threads/${thread.id}`;
  await t.answered('POST', `${path}/messages`, { token, json: { message: `secret ${canary}` } });
  const content = { content: `chat ${canary}`, thread_id: thread.id };
  await t.answered('POST', '/api/chat/messages', { token, json: content });
  const refused = await makeAll(
    t,
    callsOn(thread.id),
    bad === 'expired' ? await t.negativeToken(bad, owner) : null,
  );
  // That of the owner which creates a thread was the first of all.
  const own = await makeAll(
    t,
    callsOn(thread.id).filter(({ what }) => what !== CREATION),
    token,
  );
  t.record({
    kind: 'control',
    of: `calls of the thread API with ${bad}`,
    accepted: own.every(
      ({ call, answer }) => answer.status === 200 && (!call.isReading || answer.text.includes(canary)),
    ),
    text: `${own.map(({ call, answer }) => `${call.what} HTTP ${answer.status}`).join(', ')} for the owner`,
  });
  for (const { call, answer } of refused) {
    t.expectEqual('API-AUTH', {
      where: `${call.what} with ${bad}`,
      expected: { status: 401, tells: false },
      actual: { status: answer.status, tells: answer.text.includes(canary) },
      evidence: [answer.evidence],
    });
  }
}

const CREATION = 'POST /api/threads';

/** The one that ends the thread comes last. */
function callsOn(threadId: string): readonly ThreadCall[] {
  const path = `/api/threads/${threadId}`;
  const written = 'written in the place of the owner';
  const reading = { method: 'GET', isReading: true } as const;
  const writing = { method: 'POST', isReading: false } as const;
  return [
    { ...reading, what: 'GET /api/threads', path: '/api/threads' },
    { ...reading, what: 'GET /api/threads/{id}', path },
    { ...reading, what: 'GET /api/threads/{id}/messages', path: `${path}/messages` },
    { ...reading, what: 'GET /api/chat/messages', path: `/api/chat/messages?thread_id=${threadId}` },
    { ...writing, what: CREATION, path: '/api/threads', json: { title: written } },
    {
      ...writing,
      what: 'POST /api/threads/{id}/messages',
      path: `${path}/messages`,
      json: { message: written },
    },
    {
      ...writing,
      what: 'POST /api/chat/messages',
      path: '/api/chat/messages',
      json: { content: written, thread_id: threadId },
    },
    { ...writing, what: 'PUT /api/threads/{id}', method: 'PUT', path, json: { title: written } },
    { ...writing, what: 'DELETE /api/threads/{id}', method: 'DELETE', path },
  ];
}

async function makeAll(
  t: CheckContext,
  calls: readonly ThreadCall[],
  token: Token | null,
): Promise<readonly { readonly call: ThreadCall; readonly answer: AnsweredResult }[]> {
  const made: { readonly call: ThreadCall; readonly answer: AnsweredResult }[] = [];
  for (const call of calls) {
    const { method, path, json } = call;
    const answer = await t.answered(method, path, {
      ...(token === null ? {} : { token }),
      ...(json === undefined ? {} : { json }),
    });
    made.push({ call, answer });
  }
  return made;
}
