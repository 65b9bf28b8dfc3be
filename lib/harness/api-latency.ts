import type { Token } from '../auth/token.ts';
import type { Budget } from '../contract/budget.ts';
import type { HttpMethod } from '../http/http-client.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';
import type { AnsweredResult } from './check-requests.ts';
import { observed } from './lag.ts';
import { expectLatency, type LatencyLimit, type LatencySample } from './latency.ts';

/** Requests to one endpoint: as many as a 95th percentile needs. */
export const API_REQUESTS = 20;
const AT_ONCE = 2;
const BATCH = 10;
const REPEATS = 3;

interface ApiCall {
  readonly method: HttpMethod;
  readonly path: string;
  /** Default `backend`. */
  readonly target?: 'backend' | 'auth';
  readonly token?: Token;
  readonly json?: unknown;
}

/**
 * Sends one request twenty times, two at a time, requires HTTP 200 each time, and holds the percentiles to the API
 * budgets of Part C. Twenty values have no 99th percentile: their largest is reported instead.
 */
export async function expectApiLatency(t: CheckContext, call: ApiCall): Promise<void> {
  const { value: answers, lagMs } = await observed(async () => {
    const all: AnsweredResult[] = [];
    while (all.length < API_REQUESTS) {
      all.push(...(await Promise.all(Array.from({ length: AT_ONCE }, async () => send(t, call)))));
    }
    return all;
  });
  const { apiP50, apiP95, apiP99 } = t.budgets;
  expectLatency(
    t,
    {
      ...sampleOf(
        `${call.method} ${call.path}${call.target === 'auth' ? ' of the auth service' : ''}`,
        answers,
      ),
      lagMs,
    },
    [
      { statistic: 'p50', rule: 'TIM-API', ...apiP50 },
      { statistic: 'p95', rule: 'TIM-API', ...apiP95 },
      { statistic: 'p99', rule: 'TIM-API', ...apiP99 },
    ],
  );
}

/** How long the thread API took for each kind of work. */
interface ThreadTimings {
  readonly create: LatencySample;
  readonly batch: LatencySample;
  readonly store: LatencySample;
  readonly read: LatencySample;
}

/** Creates threads, stores ten messages in one of them and reads them back, once for all checks of this worker. */
async function threadTimings(t: CheckContext): Promise<ThreadTimings> {
  return t.shared('thread timings', async () => {
    const token = await t.token(t.user('writer'));
    const { value, lagMs } = await observed(async () => {
      const created = await repeat(REPEATS, async () =>
        send(t, { method: 'POST', path: '/api/threads', token, json: { title: 'timing' } }),
      );
      const [first] = created;
      if (first === undefined) throw new TypeError('threads were created');
      const { id } = expectBody(t, 'thread', first);
      const path = `/api/threads/${id}/messages`;
      const stored = await repeat(BATCH, async (number) =>
        send(t, { method: 'POST', path, token, json: { message: `message ${number}` } }),
      );
      const read = await repeat(REPEATS, async () => send(t, { method: 'GET', path, token }));
      return { created, stored, read };
    });
    const stored = sampleOf('store a message', value.stored);
    // One after another, and without what we waited between them to keep our pace.
    const batchMs = stored.valuesMs.reduce((sum, durationMs) => sum + durationMs, 0);
    const batch = { ...stored, name: 'batch of 10 messages', valuesMs: [batchMs] };
    return {
      create: { ...sampleOf('create a thread', value.created), lagMs },
      batch: { ...batch, lagMs },
      store: { ...stored, lagMs },
      read: { ...sampleOf('read the messages of a thread', value.read), lagMs },
    };
  });
}

/** Holds one kind of work of the thread API to its budget. */
export async function expectThreadTiming(
  t: CheckContext,
  work: keyof ThreadTimings,
  budget: Budget,
): Promise<void> {
  const limit: LatencyLimit = { statistic: 'max', rule: 'TIM-API', ...budget };
  expectLatency(t, (await threadTimings(t))[work], [limit]);
}

async function send(
  t: CheckContext,
  { method, path, target, token, json }: ApiCall,
): Promise<AnsweredResult> {
  const answer = await t.answered(method, path, {
    ...(target === undefined ? {} : { target }),
    ...(token === undefined ? {} : { token }),
    ...(json === undefined ? {} : { json }),
  });
  t.expectThat(answer.status === 200, 'API-STATUS', {
    where: `${method} ${path}`,
    expected: 'HTTP 200',
    actual: `HTTP ${answer.status}`,
    evidence: [answer.evidence],
  });
  t.stopIfBroken();
  return answer;
}

async function repeat<T>(times: number, work: (number: number) => Promise<T>): Promise<readonly T[]> {
  const done: T[] = [];
  for (let number = 1; number <= times; number += 1) done.push(await work(number));
  return done;
}

function sampleOf(name: string, answers: readonly AnsweredResult[]): Omit<LatencySample, 'lagMs'> {
  return {
    name,
    valuesMs: answers.map(({ timings }) => timings.totalMs),
    missing: 0,
    evidence: answers.slice(-3).map(({ evidence }) => evidence),
  };
}
