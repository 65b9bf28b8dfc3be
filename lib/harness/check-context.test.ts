import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { expectApiError } from './body.ts';
import type { Runtime } from './runtime.ts';
import { RunningCheck, startRuntime } from './testing/running-check.ts';

interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

const folder = new TemporaryFolder();
const asked: { readonly method: string; readonly path: string; readonly port: number }[] = [];
let answer: (request: IncomingMessage) => Answer | null = () => ({ status: 200, json: {} });
let server: Server;
let runtime: Runtime;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({
      method: request.method ?? '',
      path: request.url ?? '',
      port: request.socket.remotePort ?? 0,
    });
    const given = answer(request);
    if (given === null) return;
    response.writeHead(given.status, { 'content-type': 'application/json' });
    response.end(given.text ?? JSON.stringify(given.json ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  runtime = await startRuntime(folder, { backendUrl: `http://127.0.0.1:${address.port}` });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder[Symbol.dispose]();
});
beforeEach(() => {
  asked.length = 0;
  answer = () => ({ status: 200, json: {} });
});

const thread = { id: 'thread_1', object: 'thread', created_at: 1, title: 'a title', metadata: {} };

describe('the context of a check', () => {
  test('gives each check users that no other check has', async () => {
    await using one = new RunningCheck(runtime, 'API-01');
    await using other = new RunningCheck(runtime, 'API-02');
    const subjects = [one.t.user(), one.t.user('second'), ...one.t.users(2), other.t.user()].map(
      ({ subject }) => subject,
    );

    expect(new Set(subjects).size).toBe(5);
  });

  test('cites the last three records where a violation names none', async () => {
    await using check = new RunningCheck(runtime);
    for (const text of ['1', '2', '3', '4']) check.t.record({ kind: 'note', text });
    check.t.expectEqual('API-BODY', { where: 'here', expected: { a: 1 }, actual: { a: 1 } });
    check.t.expectEqual('API-BODY', { where: 'here', expected: { a: 1 }, actual: ['b'] });

    const ids = check.ledger.recorder.seen().map(({ id }) => id);
    expect(check.t.violations).toEqual([
      { rule: 'API-BODY', where: 'here', expected: '{"a":1}', actual: '["b"]', evidence: ids.slice(-3) },
    ]);
  });

  test('leaves a body only once something is broken, and knows that end from another', async () => {
    await using check = new RunningCheck(runtime);
    check.t.stopIfBroken();
    check.t.expectThat(false, 'API-BODY', { where: 'w', expected: 1, actual: 2, evidence: [] });
    let thrown: unknown = null;
    try {
      check.t.stopIfBroken();
    } catch (error) {
      thrown = error;
    }

    expect(check.t.stopped(thrown)).toBe(true);
    expect(check.t.stopped(new Error('another'))).toBe(false);
  });

  test('says that nothing can be judged when a request is not answered in its time', async () => {
    answer = () => null;
    await using check = new RunningCheck(runtime);

    await expect(check.t.answered('GET', '/health', { budgetMs: 60 })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      message: expect.stringContaining('no answer within 60 ms'),
    });
    expect(check.ledger.bodies('http.exchange')[0]?.outcome).toMatchObject({
      kind: 'censored',
      budgetMs: 60,
    });
  });

  test('sends over one connection of its own what must share one', async () => {
    await using check = new RunningCheck(runtime);
    const options = { onOneConnection: true } as const;
    await Promise.all([1, 2, 3].map(async () => check.t.answered('GET', '/health', options)));

    expect(new Set(asked.map(({ port }) => port)).size).toBe(1);
  });

  test('removes its threads at its end, and does not count that among its observations', async () => {
    answer = ({ method }) => (method === 'POST' ? { status: 200, json: thread } : { status: 200 });
    const check = new RunningCheck(runtime);
    await check.t.createThread(check.t.user(), 'a title');
    const before = check.ledger.bodies('http.exchange').length;
    await check[Symbol.asyncDispose]();

    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/threads',
      'DELETE /api/threads/thread_1',
    ]);
    expect(check.ledger.bodies('http.exchange')).toHaveLength(before);
    expect(check.t.warnings).toEqual([]);
  });

  test.for([
    [404, []],
    [500, ['thread thread_1 of this check could not be removed']],
  ] as const)(
    'says what it left behind when a removal is answered by HTTP %i',
    async ([status, warnings]) => {
      answer = ({ method }) => (method === 'POST' ? { status: 200, json: thread } : { status });
      const check = new RunningCheck(runtime);
      await check.t.createThread(check.t.user(), 'a title');
      await check[Symbol.asyncDispose]();

      expect(check.t.warnings).toEqual(warnings);
    },
  );

  test('does shared work once, and blocks who stands on it when its owner stopped at a violation', async () => {
    await using owner = new RunningCheck(runtime, 'API-01');
    await using other = new RunningCheck(runtime, 'API-02');
    let done = 0;
    const work = async (): Promise<number> => {
      owner.t.record({ kind: 'note', text: 'work' });
      return (done += 1);
    };
    expect([await owner.t.shared('counting', work), await other.t.shared('counting', work)]).toEqual([1, 1]);
    expect(other.t.seen().map(({ body }) => body.kind)).toEqual(['note']);

    owner.t.expectThat(false, 'API-BODY', { where: 'w', expected: 1, actual: 2 });
    const broken = async (): Promise<void> => owner.t.stopIfBroken();
    await expect(owner.t.shared('breaking', broken)).rejects.toThrow(
      'stopped at its first decisive violation',
    );
    await expect(other.t.shared('breaking', broken)).rejects.toMatchObject({
      code: 'BLOCKED',
      details: { by: 'API-01' },
    });
  });
});

describe('an error of the API', () => {
  const remapped = (original: number) => ({
    error: true,
    error_code: 'NOT_FOUND',
    message: 'no such thread',
    trace_id: 't',
    timestamp: '2026-03-01T10:00:00Z',
    details: { status_code: original },
  });
  const judged = async (given: Answer, wanted: number): Promise<readonly string[]> => {
    answer = () => given;
    await using check = new RunningCheck(runtime);
    const result = await check.t.answered('GET', '/api/threads/none');
    try {
      expectApiError(check.t, result, wanted, 'here');
    } catch (error) {
      if (!check.t.stopped(error)) throw error;
    }
    return check.rules();
  };

  test.for([
    ['the promised status', { status: 404, json: { detail: 'Not Found' } }, []],
    ['another status', { status: 400, json: { detail: 'Not Found' } }, ['API-STATUS']],
    ['a page', { status: 404, text: '<html>' }, ['API-NOT-JSON']],
    ['an object of no published form', { status: 404, json: { problem: 1 } }, ['API-BODY']],
    ['a re-mapped status', { status: 500, json: remapped(404) }, ['API-STATUS-REMAPPED']],
    ['a status re-mapped from another one', { status: 500, json: remapped(418) }, ['API-STATUS']],
    ['the promised status, told twice', { status: 404, json: remapped(404) }, []],
  ] as const)('is judged when it comes with %s', async ([, given, rules], { expect }) => {
    expect(await judged(given, 404)).toEqual(rules);
  });
});
