import { readFileSync } from 'node:fs';
import type { Evidence, EvidenceBody, PhaseTimings } from '../lib/evidence/evidence.ts';
import { planSchema } from '../lib/evidence/plan.ts';
import type { RecordedCheck } from '../lib/evidence/run-record.ts';
import { sampleAttempt } from '../lib/evidence/testing/sample-record.ts';

const STARTED_AT_MS = Date.parse('2026-03-01T10:00:00.000Z');
const TIMINGS: PhaseTimings = {
  dnsMs: null,
  tcpMs: 0.4,
  tlsMs: null,
  waitMs: 1.2,
  bodyMs: 0.3,
  totalMs: 1.9,
};
const HEADERS = {
  'content-type': 'application/json',
  'x-request-id': 'req-0f3a',
  date: 'Sun, 01 Mar 2026 10:00:00 GMT',
};
const EVENTS = [
  'agent_started',
  'agent_thinking',
  'tool_executing',
  'tool_completed',
  'agent_completed',
] as const;
/** Records of one connection: its opening, two messages of ours, five turns of events, a turn record and its end. */
const PER_CONNECTION = 100;
const FAILED = 5;

/** A run as large as a long one: the checks of the plan, each with records of its own, and a few that are red. */
export function syntheticRun(records: number): {
  readonly checks: RecordedCheck[];
  readonly evidence: readonly Evidence[];
} {
  const plan = planSchema.parse(JSON.parse(readFileSync('suites/plan.json', 'utf8')));
  const evidence = Array.from({ length: records }, (_, at): Evidence => {
    const check = plan.checks[Math.floor(at / PER_CONNECTION) % plan.checks.length];
    return {
      id: `w1-${at + 1}`,
      check: check?.id ?? null,
      atMs: at * 1.5,
      wallTime: new Date(STARTED_AT_MS + at * 1.5).toISOString(),
      body: bodyOf(Math.floor(at / PER_CONNECTION), at % PER_CONNECTION),
    };
  });
  const refs = new Map<string | null, string[]>();
  for (const { id, check } of evidence) refs.set(check, [...(refs.get(check) ?? []), id]);
  return {
    evidence,
    checks: plan.checks.map((check, at) => {
      const verdict = at % Math.floor(plan.checks.length / FAILED) === 7 ? 'failed' : 'passed';
      const own = refs.get(check.id)?.slice(0, 200) ?? ['w1-1'];
      const attempt = sampleAttempt(verdict, { id: check.id });
      return {
        ...check,
        selected: true,
        verdict,
        attempts: [{ ...attempt, evidence: { ...attempt.evidence, ok: true, refs: own } }],
      };
    }),
  };
}

function bodyOf(number: number, at: number): EvidenceBody {
  const connection = `c${number}`;
  const subject = `user-${number % 20}`;
  if (at === 0) {
    return {
      kind: 'ws.handshake',
      connection,
      url: 'ws://127.0.0.1:8000/ws',
      transport: 'authorization-header',
      subject,
      offered: [],
      requestHeaders: { authorization: '[token]', ...HEADERS },
      outcome: { kind: 'open', subprotocol: null, headers: HEADERS },
      timings: TIMINGS,
      peer: '127.0.0.1:8000',
    };
  }
  if (at === PER_CONNECTION - 1) {
    return {
      kind: 'ws.close',
      connection,
      code: 1000,
      reason: 'done',
      initiator: 'local',
      clean: true,
      msSinceOpen: 150,
      messagesIn: 90,
      messagesOut: 2,
      bytesIn: 40_000,
      bytesOut: 600,
      afterFirstClientMessage: true,
      msSinceFirstClientMessage: 140,
    };
  }
  if (at === PER_CONNECTION - 2) {
    return {
      kind: 'chat.turn',
      connection,
      subject,
      runId: `run-${number}`,
      threadId: `thread-${number}`,
      ended: 'terminal',
      eventTypes: {
        agent_started: 1,
        agent_thinking: 40,
        tool_executing: 20,
        tool_completed: 20,
        agent_completed: 1,
      },
      variants: { V1: 82 },
      firstEventMs: 3.2,
      maxGapMs: 14.1,
      totalMs: 140,
      violations: [],
      warnings: [],
    };
  }
  if (at % 20 === 5) {
    return {
      kind: 'http.exchange',
      method: 'GET',
      url: 'http://127.0.0.1:8000/api/threads?limit=20',
      requestHeaders: { authorization: '[token]', accept: 'application/json' },
      requestBytes: 0,
      subject,
      outcome: {
        kind: 'answered',
        status: 200,
        headers: HEADERS,
        bodySample: '{"threads":[]}',
        bodyBytes: 14,
        bodyCut: false,
      },
      timings: TIMINGS,
    };
  }
  const type = EVENTS[at % EVENTS.length] ?? 'agent_thinking';
  return {
    kind: 'ws.message',
    connection,
    direction: at < 3 ? 'out' : 'in',
    seq: at,
    bytes: 430,
    binary: false,
    type,
    sample: JSON.stringify({
      type,
      thread_id: `thread-${number}`,
      timestamp: '2026-03-01T10:00:00.000Z',
      payload: {
        run_id: `run-${number}`,
        agent_name: 'triage_agent',
        event_id: `e-${number}-${at}`,
        content: 'x'.repeat(200),
      },
    }),
  };
}
