import type { Evidence, EvidenceBody } from '../evidence/evidence.ts';
import type { RunRecord, RungResult } from '../evidence/run-record.ts';
import { type ExchangeFact, exchangesOf } from './exchange-fact.ts';
import { type SessionFact, sessionsOf } from './session-fact.ts';
import { type Symptom, symptomsOf } from './symptom.ts';
import { TokenKinds } from './token-kinds.ts';

type BodyOf<K extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: K }>;

/** One turn of a session with its id. */
export interface TurnFact {
  readonly id: string;
  readonly check: string | null;
  readonly body: BodyOf<'chat.turn'>;
}

/** One series of a dose-response probe with its id. */
export interface DoseFact {
  readonly id: string;
  readonly body: BodyOf<'dose'>;
}

/** What a run showed, derived once from the record and its evidence, so that hypotheses stay tables. */
export interface Facts {
  readonly symptoms: readonly Symptom[];
  /** Sessions that bear on what went wrong: of the ladder, of the probes, and of checks that are not good. */
  readonly sessions: readonly SessionFact[];
  /** Those of all checks: what worked anywhere speaks against much. */
  readonly allSessions: readonly SessionFact[];
  readonly exchanges: readonly ExchangeFact[];
  readonly allExchanges: readonly ExchangeFact[];
  readonly turns: readonly TurnFact[];
  readonly doses: readonly DoseFact[];
  /** Answered pings on connections that bear on what went wrong. */
  readonly pongs: readonly string[];
  readonly rungs: ReadonlyMap<string, RungResult>;
  readonly revision: RunRecord['revision'];
  readonly harnessFaults: RunRecord['harnessFaults'];
  /** True when our event loop lagged more than the policy allows: what was waited for may have come. */
  readonly isObserverSlow: boolean;
  readonly target: RunRecord['target'];
  readonly timeScale: number;
  /** The separating observations that were made, by name. */
  readonly probes: ReadonlyMap<string, readonly Evidence[]>;
  /** Evidence of the symptoms of these rules; a name that ends in `-` takes a whole family. */
  broken(...rules: readonly string[]): readonly string[];
  /** Evidence of a rung in one of these states. */
  rung(name: string, ...states: readonly RungResult['state'][]): readonly string[];
}

/** Derives the facts of a run. */
export function deriveFacts(record: RunRecord, evidence: readonly Evidence[]): Facts {
  const byId = new Map(evidence.map((one) => [one.id, one]));
  const tokens = new TokenKinds(evidence);
  const allSessions = sessionsOf(evidence, tokens);
  const allExchanges = exchangesOf(evidence, record.target, tokens);
  const symptoms = symptomsOf(record, byId);
  const rungs = new Map(record.preflight.map((rung) => [rung.rung, rung]));
  const bad = new Set(
    record.checks
      .filter(({ verdict }) => verdict === 'failed' || verdict === 'inconclusive')
      .map(({ id }) => id),
  );
  // Records that a check rests on can stand under another check, or under the ladder.
  const adopted = new Set(
    record.checks.flatMap((check) =>
      bad.has(check.id) ? check.attempts.flatMap((attempt) => attempt.evidence.refs) : [],
    ),
  );
  const bears = (check: string | null, ids: readonly string[]): boolean =>
    check === null || bad.has(check) || ids.some((id) => adopted.has(id));
  return {
    symptoms,
    sessions: allSessions.filter(({ check, evidence: ids }) => bears(check, ids)),
    allSessions,
    exchanges: allExchanges.filter(({ check, id }) => bears(check, [id])),
    allExchanges,
    turns: evidence.flatMap(({ id, check, body }) =>
      body.kind === 'chat.turn' ? [{ id, check, body }] : [],
    ),
    doses: evidence.flatMap(({ id, body }) => (body.kind === 'dose' ? [{ id, body }] : [])),
    pongs: evidence.flatMap(({ id, check, body }) =>
      body.kind === 'ws.pong' && bears(check, [id]) ? [id] : [],
    ),
    rungs,
    revision: record.revision,
    harnessFaults: record.harnessFaults,
    isObserverSlow: record.observer.eventLoopLagP99Ms > lagLimitOf(record),
    target: record.target,
    timeScale: record.timeScale,
    probes: probesOf(evidence),
    broken: (...rules) =>
      symptoms
        .filter(({ rule }) => rule !== null && matchesRule(rule, rules))
        .flatMap((symptom) => citedBy(symptom)),
    rung(name, ...states) {
      const rung = rungs.get(name);
      return rung !== undefined && states.includes(rung.state)
        ? rung.evidence.filter((id) => byId.has(id)).slice(-3)
        : [];
    },
  };
}

/** True when `rule` is one of `wanted`; a wanted name that ends in `-` stands for its family. */
export function matchesRule(rule: string, wanted: readonly string[]): boolean {
  return wanted.some((name) => (name.endsWith('-') ? rule.startsWith(name) : rule === name));
}

/** What a symptom is cited by; its place when it rests on no record at all. */
export function citedBy({ evidence, where }: Symptom): readonly string[] {
  return evidence.length > 0 ? evidence.slice(-2) : [where];
}

/** Limit of the policy in milliseconds; none when the record holds no such policy. */
function lagLimitOf({ policy }: RunRecord): number {
  const limit = member(member(policy.resolved, 'observer'), 'maxEventLoopLagP99Ms');
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function probesOf(evidence: readonly Evidence[]): ReadonlyMap<string, readonly Evidence[]> {
  const probes = new Map<string, Evidence[]>();
  for (const one of evidence) {
    if (one.body.kind !== 'probe') continue;
    probes.set(one.body.probe, [...(probes.get(one.body.probe) ?? []), one]);
  }
  return probes;
}
