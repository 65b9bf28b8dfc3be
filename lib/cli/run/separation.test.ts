import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { createNegativeTokens } from '../../auth/negative-token.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { ProbeName } from '../../evidence/probe-name.ts';
import { sampleCheck, sampleRecord } from '../../evidence/testing/sample-record.ts';
import { Deadline } from '../../foundation/deadline.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import type { ProbeBench } from '../../probes/probe-bench.ts';
import { separate } from '../../probes/separation.ts';
import { ownClientControl } from '../target/own-client.ts';
import { readPlan } from '../policy/plan-file.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { preflight, type Preflight } from '../target/preflight.ts';
import { separateCauses } from './separation-run.ts';
import { prepareTarget, type Target } from '../target/target.ts';
import { runStagegate } from '../testing/project-copy.ts';

const ROOT = process.cwd();
const POLICY = readPolicy(`${ROOT}/fixtures/policies/default.json`, {
  root: ROOT,
  plan: readPlan(ROOT),
  environment: 'local',
});
/** Longer than a connection of a slow machine takes, shorter than a probe that hangs. */
const BUDGET_MS = 20_000;

/** A backend with faults, and the climbed ladder that probes work with. */
class Bench implements AsyncDisposable {
  readonly #target: Target;
  readonly #secrets: SecretIndex;
  readonly climbed: Preflight;

  private constructor(target: Target, secrets: SecretIndex, climbed: Preflight) {
    this.#target = target;
    this.#secrets = secrets;
    this.climbed = climbed;
  }

  static async start(...faults: readonly string[]): Promise<Bench> {
    const target = await prepareTarget({
      root: ROOT,
      environment: 'local',
      faults,
      seed: 5,
      timeScale: 0.1,
      expectRevision: null,
    });
    const secrets = new SecretIndex();
    const climbed = await preflight({
      runId: '20260101T000000Z-local-0a0a0a',
      startedAt: new Date(),
      settings: target.settings,
      policy: POLICY,
      caPem: null,
      secrets,
      workFolder: null,
      signal: new AbortController().signal,
    });
    return new Bench(target, secrets, climbed);
  }

  /** Makes one probe; returns what it says, and how many invalid tokens are left. */
  async ask(
    probe: Exclude<ProbeName, 'own-client'>,
    { invalidLeft = 2, budgetMs = BUDGET_MS } = {},
  ): Promise<{
    readonly answer: boolean | null;
    readonly text: string;
    readonly invalidLeft: number;
    readonly seen: readonly Evidence[];
  }> {
    const { climb, recorder } = this.climbed.probing();
    using deadline = new Deadline(budgetMs);
    const bench: ProbeBench = {
      climb,
      recorder,
      signal: deadline.signal,
      negatives: createNegativeTokens({
        settings: climb.settings,
        source: climb.tokens,
        recorder,
        secrets: this.#secrets,
      }),
      invalidLeft,
    };
    await separate(bench, probe);
    const seen = recorder.seen();
    const said = seen.map(({ body }) => body).find((body) => body.kind === 'probe');
    if (said === undefined) throw new TypeError(`expected ${probe} to say what it found`);
    return { answer: said.answer, text: said.text, invalidLeft: bench.invalidLeft, seen };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.climbed[Symbol.asyncDispose]();
    await this.#target[Symbol.asyncDispose]();
  }
}

type Case = readonly [
  probe: Exclude<ProbeName, 'own-client'>,
  faults: readonly string[],
  answer: boolean | null,
  text: RegExp,
];

const CASES: readonly Case[] = [
  ['moment', [], null, /\/health HTTP 200, \/health\/ready HTTP 200/],
  ['moment', ['http-503-draining'], null, /\/health HTTP 503, \/health\/ready HTTP 503/],
  ['repeat', [], true, /\/health HTTP 200, session: welcomed/],
  ['repeat', ['down'], false, /failed/],
  ['transports', [], true, /^authorization-header: welcomed/],
  [
    'transports',
    ['proxy-strips-authorization'],
    true,
    /^authorization-header: .+; subprotocol-jwt-auth: welcomed/,
  ],
  ['transports', ['reject-all-tokens'], false, /^authorization-header: .+; subprotocol-bearer: /],
  ['token-check', [], true, /threads: HTTP 200; GET \/auth\/verify: HTTP 200/],
  ['token-check', ['reject-all-tokens'], false, /threads: HTTP 401; GET \/auth\/verify: HTTP 200/],
  ['unknown-path', [], false, /HTTP 403/],
  ['unknown-path', ['catch-all-path'], true, /welcomed/],
  ['other-path', ['wrong-path-only'], true, /\/api\/v1\/websocket: welcomed/],
  ['other-path', ['handshake-404'], false, /HTTP 404/],
  ['bad-token', [], false, /^none: .+; wrong-signature: /],
  ['bad-token', ['auth-not-enforced'], true, /^none: welcomed/],
  ['liveness', [], true, /pong after .+ and again after a message that is not JSON/],
  ['liveness', ['handshake-503'], false, /HTTP 503/],
  ['send-delay', [], null, /^0 ms: 0 of 3 failed; .+50 ms: 0 of 3 failed$/],
  ['send-delay', ['race-on-early-send=300'], null, /^0 ms: 3 of 3 failed; .+50 ms: 0 of 3 failed$/],
  ['concurrency', [], null, /^1 open: 0 of 3 failed; .+10 open: 0 of 10 failed$/],
  ['concurrency', ['connection-limit=5'], null, /^1 open: 0 of 3 failed; .+10 open: [1-9]\d* of 10 failed$/],
  ['cool-down', [], true, /^after 1650 ms: welcomed/],
];

describe('a separating probe', { timeout: 60_000 }, () => {
  test.for(CASES)('%s on %j answers %j', async ([probe, faults, answer, text], { expect }) => {
    await using bench = await Bench.start(...faults);
    const said = await bench.ask(probe);

    expect(said.text).toMatch(text);
    expect(said.answer).toBe(answer);
  });

  test('sends no second invalid token once the first one was let in, and none without a budget', async ({
    expect,
  }) => {
    await using enforced = await Bench.start();
    await using open = await Bench.start('auth-not-enforced');

    expect((await enforced.ask('bad-token', { invalidLeft: 2 })).invalidLeft).toBe(0);
    expect((await enforced.ask('bad-token', { invalidLeft: 1 })).text).not.toContain('wrong-signature');
    expect((await open.ask('bad-token', { invalidLeft: 2 })).invalidLeft).toBe(1);
    expect(await enforced.ask('bad-token', { invalidLeft: 0 })).toMatchObject({
      answer: null,
      text: 'no invalid token is left',
    });
  });

  test('sees a breaker that closes again, by one session after its reset time', async ({ expect }) => {
    await using bench = await Bench.start('breaker-cascade');
    // An opening without a token has no key to count under: each probe adds one failure, and three open the breaker.
    await bench.ask('bad-token', { invalidLeft: 2 });
    await bench.ask('bad-token', { invalidLeft: 2 });
    await bench.ask('bad-token', { invalidLeft: 2 });
    const open = await bench.ask('transports');
    const cooled = await bench.ask('cool-down');

    expect(open.text).toContain('HTTP 500');
    expect(cooled).toMatchObject({ answer: true, text: expect.stringMatching(/^after 1650 ms: welcomed/) });
    expect(cooled.seen.filter(({ body }) => body.kind === 'ws.handshake')).toHaveLength(1);
  });

  test('ends with its budget, and says that it could not be asked', async ({ expect }) => {
    await using bench = await Bench.start();
    const said = await bench.ask('cool-down', { budgetMs: 200 });

    expect(said).toMatchObject({ answer: null, text: 'could not be asked: the probe budget is used up' });
  });
});

describe('the separation of causes', { timeout: 60_000 }, () => {
  const red = sampleRecord({
    target: { ...sampleRecord({}).target, embedded: false },
    checks: [sampleCheck('failed')],
  });

  test('asks our own client first on a target that is not ours, and blames the harness when that is red', async ({
    expect,
  }) => {
    await using bench = await Bench.start();
    const { climb, recorder } = bench.climbed.probing();
    await separateCauses({
      climbed: { ...bench.climbed, probing: () => ({ climb, recorder }) },
      record: red,
      evidence: [],
      probeBudget: 2,
      signal: new AbortController().signal,
      // A folder without a backend: the positive control cannot hold.
      ownClient: async (signal) =>
        ownClientControl({ root: '/nonexistent', seed: 5, policy: POLICY }, signal),
    });
    const seen = recorder.seen();
    const [first] = seen.flatMap(({ body }) => (body.kind === 'probe' ? [body] : []));
    const invalid = seen.filter(({ body }) => body.kind === 'token' && body.invalid !== null);

    expect(first).toMatchObject({
      probe: 'own-client',
      answer: false,
      text: expect.stringContaining('our own backend could not be used'),
    });
    expect(invalid.length).toBeLessThanOrEqual(2);
    expect(diagnose(red, seen).hypotheses[0]?.hypothesis).toBe('HARNESS_FAULT');
  });

  test('holds every rung of our own backend with our own client', async ({ expect }) => {
    const control = await ownClientControl(
      { root: ROOT, seed: 5, policy: POLICY },
      new AbortController().signal,
    );

    expect(control).toEqual({ answer: true, text: 'our client holds every rung against our own backend' });
  });

  test('is left out with --no-probes, and the report says so', async ({ expect }) => {
    using folder = new TemporaryFolder();
    const words = ['run', '--smoke', '--fault', 'handshake-403', '--out', folder.path];
    const skipped = await runStagegate(undefined, [...words, '--no-probes']);
    const unprobed = readFileSync(folder.file('latest/evidence.ndjson'), 'utf8');
    const made = await runStagegate(undefined, words);

    expect(skipped.output).toContain('separating probes were switched off (--no-probes)');
    expect(unprobed).not.toContain('"kind":"probe"');
    expect(made.output).not.toContain('switched off');
    expect(readFileSync(folder.file('latest/evidence.ndjson'), 'utf8')).toContain('"kind":"probe"');
  });
});
