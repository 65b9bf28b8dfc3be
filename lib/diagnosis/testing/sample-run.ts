import type {
  CloseFacts,
  Evidence,
  EvidenceBody,
  HandshakeOutcome,
  HttpOutcome,
} from '../../evidence/evidence.ts';
import type { RecordedCheck, RungResult, RunRecord } from '../../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../../evidence/testing/sample-record.ts';

const TIMINGS = { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: 1, bodyMs: null, totalMs: 2 };
const CLOSE: CloseFacts = {
  code: 1000,
  reason: '',
  initiator: 'local',
  clean: true,
  msSinceOpen: 40,
  messagesIn: 1,
  messagesOut: 0,
  bytesIn: 10,
  bytesOut: 0,
  afterFirstClientMessage: false,
  msSinceFirstClientMessage: null,
};
const TRACE = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;

interface SessionOptions {
  readonly transport?: Extract<EvidenceBody, { readonly kind: 'ws.handshake' }>['transport'];
  readonly outcome?: HandshakeOutcome;
  readonly path?: string;
  readonly token?: string | null;
  /** User of the welcome; null for no welcome. Default: the subject. */
  readonly welcomedAs?: string | null;
  readonly errorFrame?: boolean;
  readonly close?: Partial<CloseFacts> | null;
  readonly check?: string | null;
  /** Default `sg-u`. */
  readonly subject?: string;
  /** What the opening handshake carried beside our own headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Builds the stored run of a story, one observation at a time. For unit tests. */
export class SampleRun {
  readonly evidence: Evidence[] = [];
  readonly #checks: RecordedCheck[] = [];
  readonly #rungs: RungResult[] = [];
  #next = 0;

  constructor() {
    this.add({
      kind: 'token',
      subject: 'sg-u',
      fingerprint: 'good',
      source: 'exchange',
      invalid: null,
      issuedAtSec: 1,
      expiresAtSec: 2,
    });
    this.add({
      kind: 'token',
      subject: 'sg-u',
      fingerprint: 'bad',
      source: 'minted',
      invalid: 'expired',
      issuedAtSec: 1,
      expiresAtSec: 2,
    });
  }

  add(body: EvidenceBody, check: string | null = null): string {
    this.#next += 1;
    const id = `m-${this.#next}`;
    const atMs = this.#next * 10;
    this.evidence.push({ id, check, atMs, wallTime: new Date(1_772_359_200_000 + atMs).toISOString(), body });
    return id;
  }

  http(
    path: string,
    outcome: HttpOutcome | number,
    json: unknown = {},
    options: {
      readonly token?: string;
      readonly auth?: boolean;
      readonly check?: string;
      readonly method?: 'GET' | 'POST';
    } = {},
  ): string {
    const answered: HttpOutcome =
      typeof outcome === 'number'
        ? {
            kind: 'answered',
            status: outcome,
            headers: {},
            bodySample: JSON.stringify(json),
            bodyBytes: 2,
            bodyCut: false,
          }
        : outcome;
    const body: EvidenceBody = {
      kind: 'http.exchange',
      method: options.method ?? 'GET',
      url: `http://127.0.0.1:${options.auth === true ? 8081 : 8000}${path}`,
      requestHeaders: { traceparent: TRACE, 'user-agent': 'stagegate/0.1.0' },
      requestBytes: 0,
      subject: null,
      tokenFingerprint: options.token ?? null,
      outcome: answered,
      timings: TIMINGS,
    };
    return this.add(body, options.check ?? null);
  }

  /** One session; returns the ids of its records. */
  session(options: SessionOptions = {}): readonly string[] {
    const connection = `c-${this.#next}`;
    const check = options.check ?? null;
    const subject = options.subject ?? 'sg-u';
    const outcome = options.outcome ?? { kind: 'open', subprotocol: null, headers: {} };
    const ids = [
      this.add(
        {
          kind: 'ws.handshake',
          connection,
          url: `ws://127.0.0.1:8000${options.path ?? '/ws'}`,
          transport: options.transport ?? 'authorization-header',
          subject,
          tokenFingerprint: options.token === undefined ? 'good' : options.token,
          offered: [],
          requestHeaders: { traceparent: TRACE, 'user-agent': 'stagegate/0.1.0', ...options.headers },
          outcome,
          timings: TIMINGS,
          peer: null,
        },
        check,
      ),
    ];
    if (outcome.kind !== 'open') return ids;
    const message = (type: string, fields: object): void => {
      const sample = JSON.stringify({ type, ...fields });
      ids.push(
        this.add(
          { kind: 'ws.message', connection, direction: 'in', seq: 1, bytes: 10, binary: false, type, sample },
          check,
        ),
      );
    };
    const user = options.welcomedAs === undefined ? subject : options.welcomedAs;
    if (options.errorFrame === true) message('error_message', {});
    else if (user !== null)
      message('connection_established', { user_id: user, connection_id: 'x', connection_ready: true });
    if (options.close !== undefined) {
      ids.push(this.add({ kind: 'ws.close', connection, ...CLOSE, ...options.close }, check));
    }
    return ids;
  }

  refused(status: number, options: SessionOptions = {}): readonly string[] {
    return this.session({
      ...options,
      outcome: { kind: 'refused', status, headers: {}, bodySample: '', bodyBytes: 0 },
    });
  }

  /** A turn on a connection of its own. */
  turn(
    ended: Extract<EvidenceBody, { readonly kind: 'chat.turn' }>['ended'],
    check: string | null = null,
    firstEventMs: number | null = 1,
  ): string {
    return this.add(
      {
        kind: 'chat.turn',
        connection: 'turns',
        subject: 'sg-u',
        runId: 'r',
        threadId: 't',
        ended,
        eventTypes: {},
        variants: {},
        firstEventMs,
        maxGapMs: 1,
        totalMs: 5,
        violations: [],
        warnings: [],
      },
      check,
    );
  }

  /** A check that broke these rules, each seen in these records. */
  red(id: string, rules: readonly string[], evidence: readonly string[] = []): this {
    const violations = rules.map((rule) => ({
      rule,
      expected: 'e',
      actual: 'a',
      where: 'w',
      evidence: [...evidence],
    }));
    this.#checks.push(sampleCheck('failed', { id, attempts: [sampleAttempt('failed', { id, violations })] }));
    return this;
  }

  blocked(id: string, by: string): this {
    this.#checks.push(
      sampleCheck('blocked', { id, attempts: [sampleAttempt('blocked', { id, blockedBy: by })] }),
    );
    return this;
  }

  /** A rung that held. */
  held(rung: string, evidence: readonly string[]): this {
    this.rung(rung, null, evidence);
    const last = this.#rungs.pop();
    if (last !== undefined) this.#rungs.push({ ...last, state: 'held' });
    return this;
  }

  rung(rung: string, rule: string | null, evidence: readonly string[]): this {
    this.#rungs.push({
      rung,
      title: rung,
      owner: 'operations',
      state: rule === null ? 'undecided' : 'broken',
      blockedBy: null,
      expected: 'e',
      actual: 'a',
      next: 'n',
      rule,
      warnings: [],
      elapsedMs: 1,
      evidence: [...evidence],
    });
    return this;
  }

  record(fields: Partial<RunRecord> = {}): RunRecord {
    return sampleRecord({ checks: this.#checks, preflight: this.#rungs, ...fields });
  }
}
