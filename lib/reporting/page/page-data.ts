// What the report page shows, made by lib/reporting/html. The page knows nothing else of a run.

/** How a word is coloured; the word itself always says the same. */
export type Tone = 'good' | 'bad' | 'unknown' | 'caution' | 'quiet';

export interface Word {
  readonly text: string;
  readonly tone: Tone;
}

/** One sentence of evidence, with the records it stands on. */
export interface Finding {
  readonly text: string;
  readonly evidence: readonly string[];
}

/** An explanation of reds, ranked by the diagnosis. */
export interface Cause {
  readonly name: string;
  readonly title: string;
  readonly score: number | null;
  readonly for: readonly Finding[];
  readonly against: readonly Finding[];
  readonly notAsked: readonly Finding[];
  readonly owner: string;
  readonly remedy: string;
  readonly next: string;
  readonly logQuery: string | null;
  readonly checks: readonly string[];
  /** What the cause brought about. */
  readonly secondary: readonly {
    readonly name: string;
    readonly title: string;
    readonly checks: readonly string[];
  }[];
}

/** What was weighed and is no cause. */
export interface Weighed {
  readonly name: string;
  readonly standing: string;
  readonly score: number;
  readonly because: readonly Finding[];
}

/** One red or unknown with what hangs under it. */
export interface Group {
  readonly root: string;
  readonly title: string;
  readonly word: Word;
  readonly rule: string | null;
  readonly expected: string;
  readonly actual: string;
  readonly where: string;
  readonly next: string;
  readonly owner: string;
  readonly evidence: readonly string[];
  /** The checks of the group; the root is one of them, or a rung, or a name for what they share. */
  readonly checks: readonly string[];
  readonly blocked: readonly string[];
}

/** Everything that stands on the page before any script runs. */
export interface PageView {
  readonly runId: string;
  readonly decision: Word;
  readonly exitCode: number;
  readonly axes: readonly { readonly question: string; readonly answer: Word }[];
  readonly target: string;
  readonly scope: string;
  readonly startedAt: string;
  readonly durationSec: number | null;
  readonly ledger: string;
  readonly counts: readonly { readonly word: Word; readonly count: number }[];
  readonly revision: RevisionView;
  readonly thresholds: {
    readonly policy: string;
    readonly timeScale: number;
    /** Those that do not hold first. */
    readonly rows: readonly ThresholdRow[];
  };
  readonly baseline: {
    readonly text: string;
    readonly changes: readonly Change[];
    readonly metrics: readonly string[];
  };
  readonly diagnosis: {
    readonly headline: string;
    readonly certainty: string;
    readonly causes: readonly Cause[];
    readonly weighed: readonly Weighed[];
    readonly unattributed: readonly string[];
    readonly contradicts: readonly string[];
    readonly probes: string;
  };
  readonly groups: readonly Group[];
  /** What follows from the decision where no cause and no red says it. */
  readonly next: {
    readonly title: string;
    readonly means: string;
    readonly next: string;
    readonly owner: string | null;
  };
  /** What was seen, in numbers: what a GO stands on. */
  readonly seen: readonly { readonly name: string; readonly value: string }[];
  readonly reasons: readonly string[];
  readonly conditions: readonly {
    readonly text: string;
    readonly owner: string;
    readonly command: string;
    readonly expires: string | null;
  }[];
  readonly waivers: readonly { readonly check: string; readonly state: string; readonly text: string }[];
  readonly rollback: readonly string[];
  readonly flakes: readonly string[];
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  readonly preflight: readonly {
    readonly rung: string;
    readonly word: Word;
    readonly actual: string;
    readonly ms: number;
    readonly evidence: readonly string[];
  }[];
  readonly leaks: readonly LeakMatrix[];
  readonly settings: readonly { readonly name: string; readonly value: string; readonly origin: string }[];
  readonly provenance: readonly { readonly name: string; readonly value: string }[];
  readonly proof: string;
}

/** What the readings of a run say about the deployed revision. */
export interface RevisionView {
  readonly word: Word;
  readonly expected: string | null;
  readonly seen: readonly string[];
  /** How the policy wants it proven, and the name of that policy. */
  readonly policy: string;
  readonly policyName: string;
  /** How often it was read in all. */
  readonly readings: number;
  readonly rows: readonly RevisionReadingRow[];
  readonly omitted: number;
  /** What behaviours say of the generation; null under a policy that does not judge by them. */
  readonly fingerprint: FingerprintView | null;
}

/** Behaviours that tell a generation where no revision is told. */
export interface FingerprintView {
  readonly word: Word;
  readonly text: string;
  /** The policy field that pins what was seen; null unless the generation was proven. */
  readonly pinned: string | null;
  readonly rows: readonly {
    readonly title: string;
    readonly value: string | null;
    readonly generations: string;
    readonly word: Word;
    readonly count: number;
    readonly fromMs: number | null;
    readonly toMs: number | null;
    readonly evidence: string | null;
  }[];
}

/** One reading of the revision, or `count` equal ones in a row. */
export interface RevisionReadingRow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  readonly origin: string;
  readonly source: string;
  /** Null when the target did not say. */
  readonly value: string | null;
  readonly word: Word;
  readonly connections: readonly string[];
  readonly evidence: string;
}

/** One limit of the policy, and what was measured. */
export interface ThresholdRow {
  readonly metric: string;
  /** As it was applied, with its statistic and unit. */
  readonly limit: string;
  /** As the policy says it, where time runs faster; null otherwise. */
  readonly asWritten: string | null;
  readonly observed: string | null;
  readonly n: number | null;
  readonly minSamples: number;
  readonly word: Word;
  /** What kept it from being decided. */
  readonly why: string | null;
  readonly check: string | null;
  readonly evidence: readonly string[];
}

export interface Change {
  readonly id: string;
  readonly word: Word;
  readonly before: string;
  readonly after: string;
}

/** Who received what of whom; `cells[owner][reader]`. */
export interface LeakMatrix {
  readonly evidence: string;
  readonly check: string | null;
  readonly subjects: readonly string[];
  readonly messages: readonly number[];
  readonly bytes: readonly number[];
  readonly cells: readonly (readonly (string | null)[])[];
  /** Marks that reached somebody else. */
  readonly leaks: number;
}

/** What the scripts of the page read: the checks and the wire, compact. */
export interface PageData {
  readonly run: { readonly startedAt: string; readonly timeScale: number };
  readonly checks: readonly CheckRow[];
  readonly wire: WireColumns;
  readonly latency: readonly LatencyRow[];
  readonly service: ServiceView;
}

/** What came of asking the service: shapes and words tell them apart. */
export const SERVICE_OUTCOMES = ['accepted', 'refused', 'broken', 'no answer'] as const;
export type ServiceOutcome = (typeof SERVICE_OUTCOMES)[number];

/** One answer of a health path, or one opening handshake. */
export interface ServicePoint {
  readonly evidence: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly outcome: ServiceOutcome;
  /** In words, as `503 not ready` or `open`. */
  readonly text: string;
}

/** A stretch of the run in which no opening was accepted. */
export interface ServiceWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  readonly text: string;
}

export interface ServiceView {
  readonly readiness: readonly ServicePoint[];
  readonly openings: readonly ServicePoint[];
  /** From the first answer of 500 or 503 to the next opening that was accepted. */
  readonly breaker: readonly ServiceWindow[];
  readonly omitted: number;
}

export interface CheckRow {
  readonly id: string;
  readonly title: string;
  /** The verdict of the ledger; `word` may say more of a reproduction. */
  readonly verdict: string;
  readonly word: Word;
  readonly suite: string;
  readonly phase: number;
  readonly severity: string;
  readonly owner: string;
  readonly file: string;
  /** Of the attempt that decides; null when it was never asked. */
  readonly durationMs: number | null;
  readonly attempts: string | null;
  readonly violations: readonly {
    readonly rule: string;
    readonly expected: string;
    readonly actual: string;
    readonly where: string;
    readonly evidence: readonly string[];
  }[];
  readonly reason: { readonly code: string; readonly message: string; readonly next: string | null } | null;
  readonly blockedBy: string | null;
  readonly occurred: string | null;
  readonly warnings: readonly string[];
  /** Observations that were asked for and made, as `ws.open 3 of 1`. */
  readonly observed: readonly string[];
  readonly refs: readonly string[];
}

/** What a record of the wire is, for filters and for its mark on a timeline. */
export const WIRE_KINDS = [
  'handshake',
  'sent',
  'received',
  'event',
  'pong',
  'close',
  'turn',
  'request',
  'token',
  'rung',
  'measure',
  'sample',
  'control',
  'overlap',
  'leak matrix',
  'contract',
  'probe',
  'dose',
  'digest',
  'observer',
  'note',
] as const;
export type WireKind = (typeof WIRE_KINDS)[number];

/**
 * The evidence as columns of equal length: names that repeat stand once. An index of -1 is none.
 * Texts are cut so that the file stays small; `sizes` has their whole length in characters.
 */
export interface WireColumns {
  readonly writers: readonly string[];
  readonly strings: readonly string[];
  readonly connections: readonly string[];
  readonly users: readonly string[];
  readonly writer: readonly number[];
  readonly number: readonly number[];
  /** Index of the check in `PageData.checks`. */
  readonly check: readonly number[];
  /** Tenths of a millisecond since the run started. */
  readonly at: readonly number[];
  /** Index in WIRE_KINDS. */
  readonly kind: readonly number[];
  readonly connection: readonly number[];
  readonly user: readonly number[];
  /** One line, and the whole body where there is more to say; indices in `strings`. */
  readonly line: readonly number[];
  readonly text: readonly number[];
  readonly size: readonly number[];
  /** What the record took, in tenths of a millisecond; for a turn, its longest gap. */
  readonly took: readonly number[];
  /** 1 for what broke a promise: cited by a violation, or with violations of its own. */
  readonly bad: readonly number[];
  /** Records of the run that are not here. */
  readonly omitted: number;
}

/** One sample of a run: what was measured, and how it stands to the baseline. */
export interface LatencyRow {
  readonly name: string;
  readonly check: string | null;
  readonly unit: string;
  readonly of: string;
  readonly evidence: string;
  /** In ascending order; of many, evenly taken ones. */
  readonly values: readonly number[];
  readonly n: number;
  readonly missing: number;
  readonly median: number | null;
  readonly high: { readonly name: string; readonly value: number | null };
  readonly baseline: {
    readonly word: Word;
    readonly n: number;
    readonly median: number | null;
    readonly shift: number | null;
    readonly delta: number | null;
    readonly p: number | null;
    /** In ascending order; empty where the record has only its median. */
    readonly values: readonly number[];
  } | null;
}

/** The program of the page: what is bundled of this folder, beside the data of a run. */
export interface PageProgram {
  readonly script: string;
  readonly style: string;
  /** What stands in the document before any script runs, as HTML. */
  readonly body: (view: PageView) => string;
}
