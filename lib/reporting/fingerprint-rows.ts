import { BEHAVIOURS } from '../contract/behaviour.ts';
import { type BehaviourStanding, judgeFingerprint } from '../evidence/fingerprint-judgement.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';

/** One behaviour of the fingerprint as a reader sees it; one that was not observed has a row too. */
export interface FingerprintRow {
  readonly behaviour: string;
  readonly title: string;
  readonly value: string | null;
  readonly generations: readonly string[];
  readonly standing: BehaviourStanding;
  readonly count: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly evidence: string | null;
}

/** The behaviours of a run that is judged by them, in a fixed order; empty under any other policy. */
export function fingerprintRows({ revision }: RunRecord): readonly FingerprintRow[] {
  if (revision.fingerprint === undefined) return [];
  return judgeFingerprint(revision.fingerprint).rows.map(({ behaviour, seen, generations, standing }) => ({
    behaviour,
    title: BEHAVIOURS[behaviour].title,
    value: seen?.value ?? null,
    generations,
    standing,
    count: seen?.count ?? 0,
    fromMs: seen?.firstAtMs ?? null,
    toMs: seen?.lastAtMs ?? null,
    evidence: seen?.evidence ?? null,
  }));
}

/** The policy field that holds a later run to exactly what this one showed; null unless its generation was proven. */
export function pinnedFingerprint({ revision }: RunRecord): string | null {
  if (revision.fingerprint === undefined) return null;
  const { state, expected } = judgeFingerprint(revision.fingerprint);
  if (state !== 'agrees') return null;
  const behaviours = Object.fromEntries(
    revision.fingerprint.seen.map(({ behaviour, value }) => [behaviour, value]),
  );
  return `"fingerprint": ${JSON.stringify({ generation: expected, behaviours })}`;
}

/**
 * What is known of the deployed revision, for one line: what was told, and what behaviours say beside or instead of it.
 * @param length characters of a told revision that are shown. Default: all.
 */
export function revisionWords({ state, seen, fingerprint }: Decision['revision'], length?: number): string {
  const told = seen.map((revision) => revision.slice(0, length)).join(', ');
  const words = `revision ${state}${told === '' ? '' : ` (${told})`}`;
  if (fingerprint === undefined) return words;
  return state === 'generation-proven'
    ? `revision by fingerprint: ${fingerprint.text}; no commit is proven`
    : `${words}; by fingerprint: ${fingerprint.text}`;
}
