import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { contentHash } from '../foundation/canonical-json.ts';
import { SILENCES } from '../contract/budget.ts';
import { CAPABILITIES, INDISPENSABLE, isCapability } from '../contract/capability.ts';
import { BEHAVIOUR_NAMES, generationList, generationsOf } from '../contract/behaviour.ts';
import { expectedFingerprintSchema } from '../evidence/fingerprint.ts';
import { METRICS } from '../evidence/metric.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import { OWNERS } from '../evidence/verdict.ts';
import { thresholdProblems, thresholdSchema } from './threshold.ts';

/** Longest name of a policy: it stands in headlines. */
const MAX_NAME = 40;

const nameSchema = z
  .string()
  .max(MAX_NAME, `expected at most ${MAX_NAME} characters`)
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'expected words of lower-case letters and digits with hyphens between, as staging-release',
  );

const checkIdSchema = z.string().regex(/^[A-Z]+(-[A-Z]+)*-\d{2}$/, 'expected a check id, as PRE-01');

/** Longest time for which an absence may still be declared, in days: whoever answers for it says so again each year. */
const MAX_ABSENCE_DAYS = 365;

/** A part of the contract that the target lacks, said by name: the checks that need it are `skipped` with this reason. */
const missingCapabilitySchema = z.strictObject({
  capability: z.string().describe('A name of lib/contract/capability.ts.'),
  owner: z.enum(OWNERS),
  reason: z.string().min(10),
  expires: z.iso.date().describe('Last day on which it holds, UTC; 365 days at most.'),
});

/** What a policy may ask differently of one environment. */
const requirements = {
  checks: z
    .union([z.literal('all'), z.array(checkIdSchema).min(1)], {
      error: 'expected "all" or a list of at least one check id, as PRE-01',
    })
    .describe('The required checks: all of the manifest, or a plan of its own, as for --smoke.'),
  revision: z
    .enum(['required', 'fingerprint', 'unproven-accepted'])
    .describe(
      'How the deployed revision must be proven. required: told by the target, and the expected one. fingerprint: by its behaviours, which prove a generation and never a commit; it needs the field fingerprint. unproven-accepted is CONDITIONAL GO at best.',
    ),
  fingerprint: expectedFingerprintSchema
    .optional()
    .describe('What the behaviours of the target must show; for revision fingerprint, and only for it.'),
  missingCapabilities: z
    .array(missingCapabilitySchema)
    .describe('What the target lacks without being broken.'),
  thresholds: z
    .array(thresholdSchema)
    .min(1)
    .optional()
    .describe('Limits on what is measured; one without data is INCONCLUSIVE.'),
  flakeBudget: z
    .strictObject({
      maxInRun: z
        .int()
        .min(0)
        .describe('Checks that may pass only after a declared retry; no check that ships declares one.'),
      maxInHistory: z
        .int()
        .min(0)
        .describe('Checks that may have both passed and failed on this revision in earlier runs.'),
    })
    .optional()
    .describe('Above it the run is INCONCLUSIVE.'),
  maxUnknowns: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Major and minor checks that may end without a clear verdict, each a condition. Default 0.'),
  change: z
    .array(checkIdSchema)
    .optional()
    .describe('Checks that say whether the change did what it claims, where --change names none.'),
  silence: z
    .enum(SILENCES)
    .optional()
    .describe(
      'strict: a silence above 20 s inside a turn is a red; warn, the default: a warning up to 90 s.',
    ),
  observer: z.strictObject({
    maxEventLoopLagP99Ms: z
      .number()
      .positive()
      .max(1_000)
      .describe('Event-loop lag of the harness above which its own timings are void, in milliseconds.'),
  }),
};

/** What a run must show before a release (design.md §10). An empty plan or an unknown field is refused. */
export const policySchema = z.strictObject({
  $schema: z.string().optional().describe('The schema of this file, for editors.'),
  schema: z.literal(1).describe('Version of this format.'),
  name: nameSchema.describe(
    'Shown in the headline of every run that it judges; default and smoke are those of the built-in policies.',
  ),
  ...requirements,
});
export type Policy = z.infer<typeof policySchema>;

/** A policy as its file holds it: with what it asks differently of each environment. */
export const policyFileSchema = policySchema.extend({
  environments: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.strictObject(requirements).partial())
    .optional()
    .describe(
      'What is asked differently of one environment. Once it stands here, a run of any other is refused.',
    ),
});
export type PolicyFile = z.infer<typeof policyFileSchema>;

/** The policy of one environment: what stands under its name goes before what is said for all. Null for one without an entry. */
export function policyFor(file: PolicyFile, environment: string): Policy | null {
  const { environments, ...general } = file;
  if (environments === undefined) return general;
  const own = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  return own === undefined ? null : policySchema.parse(merged(general, own));
}

/** The fields of one environment over the general ones. Who asks for another kind of proof has no use for the general fingerprint. */
function merged(
  general: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { fingerprint, ...rest } = general;
  const revision = own['revision'] ?? 'fingerprint';
  return {
    ...rest,
    ...(fingerprint === undefined || revision !== 'fingerprint' ? {} : { fingerprint }),
    ...own,
  };
}

/** What a policy asks where its own field cannot be read: nothing that could be a problem. */
const SILENT: Policy = {
  schema: 1,
  name: 'unreadable',
  checks: 'all',
  revision: 'required',
  missingCapabilities: [],
  observer: { maxEventLoopLagP99Ms: 250 },
};

/**
 * What can be read of a policy file for one environment, field by field, whether the whole fits its schema or not: all of its
 * problems are then told at once. `own` names the fields that stand under the environment.
 */
export function readablePolicy(
  raw: unknown,
  environment: string,
): { readonly policy: Policy; readonly own: readonly string[] } {
  const general = z.record(z.string(), z.unknown()).safeParse(raw).data ?? {};
  const environments = z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .safeParse(general['environments']).data;
  const own = Object.entries(environments ?? {}).find(([name]) => name === environment)?.[1] ?? {};
  let policy = SILENT;
  const all = merged(general, own);
  for (const [field, value] of Object.entries(all)) {
    const read = policySchema.safeParse({ ...policy, [field]: value });
    if (read.success) policy = read.data;
  }
  // One that cannot be read is told by its own problem, not as one that is missing too.
  if (all['fingerprint'] !== undefined && policy.revision === 'fingerprint') {
    policy = { fingerprint: { generation: 'reference' }, ...policy };
  }
  return { policy, own: Object.keys(own) };
}

/** Problems that the schema cannot see: nothing may be declared away that the question rests on. */
export function policyProblems(
  policy: Policy,
  manifest: readonly PlannedCheck[],
  today: Date,
): readonly string[] {
  const problems: string[] = [];
  const known = manifest.map(({ id }) => id);
  const listed = policy.checks === 'all' ? [] : policy.checks;
  for (const [field, ids] of [
    ['checks', listed],
    ['change', policy.change ?? []],
  ] as const) {
    for (const id of ids.filter((each) => !known.includes(each))) {
      problems.push(
        `${field}: expected an id of the manifest, got ${id}; the nearest is ${nearest(id, known)}`,
      );
    }
  }
  const twice = listed.filter((id, at) => listed.indexOf(id) !== at);
  if (twice.length > 0) problems.push(`checks: expected each id once, got ${twice.join(', ')} again`);
  // A short plan is legal, one that leaves out what the question rests on is not (design.md §13.3).
  const left =
    policy.checks === 'all'
      ? []
      : manifest.filter(({ id, severity }) => severity === 'blocker' && !listed.includes(id));
  if (left.length > 0) {
    problems.push(
      `checks: expected every blocker check of the manifest, missing ${left.map(({ id }) => id).join(', ')}`,
    );
  }
  for (const { capability, expires } of policy.missingCapabilities) {
    if (expires < today.toISOString().slice(0, 10)) {
      problems.push(
        `missingCapabilities: expected ${capability} to be missing until today or later, got ${expires}`,
      );
    }
    const last = new Date(today.getTime() + MAX_ABSENCE_DAYS * 86_400_000).toISOString().slice(0, 10);
    if (expires > last) {
      problems.push(
        `missingCapabilities: expected ${capability} to be missing until ${last} at most, ${MAX_ABSENCE_DAYS} days from now, got ${expires}`,
      );
    }
    if (!isCapability(capability)) {
      const words = INDISPENSABLE.some((name) => name === capability)
        ? 'which cannot be declared away'
        : `the nearest is ${nearest(capability, Object.keys(CAPABILITIES))}`;
      problems.push(
        `missingCapabilities: expected a name of lib/contract/capability.ts, got ${capability}; ${words}`,
      );
    }
  }
  return [...problems, ...fingerprintProblems(policy), ...ruleProblems(policy, manifest)];
}

/** A fingerprint without an expectation could never be accepted, and an expectation that nobody reads promises too much. */
function fingerprintProblems({ revision, fingerprint, missingCapabilities }: Policy): readonly string[] {
  if (revision !== 'fingerprint') {
    return fingerprint === undefined
      ? []
      : [
          `fingerprint: expected revision to be fingerprint, got ${revision}: nothing would be held against it`,
        ];
  }
  if (fingerprint === undefined) {
    return [
      'revision: expected the field fingerprint beside it, as {"generation": "reference"}, got none: without an expectation no behaviour could be accepted',
    ];
  }
  const { generation, behaviours = {} } = fingerprint;
  return [
    ...BEHAVIOUR_NAMES.flatMap((behaviour) => {
      const pinned = behaviours[behaviour];
      const of = pinned === undefined ? [generation] : generationsOf(behaviour, pinned);
      return of.includes(generation)
        ? []
        : [
            `fingerprint.behaviours.${behaviour}: expected a value of generation ${generation}, got ${String(pinned)}, of ${generationList(of)}`,
          ];
    }),
    ...(missingCapabilities.some(({ capability }) => capability === 'revision-endpoint')
      ? [
          'missingCapabilities: expected revision-endpoint not to be declared missing under revision fingerprint, which stands in for it: the checks that need it would be skipped',
        ]
      : []),
  ];
}

/** A threshold that could never have data would block every run, or none: it is refused instead. */
function ruleProblems(policy: Policy, manifest: readonly PlannedCheck[]): readonly string[] {
  return (policy.thresholds ?? []).flatMap((threshold, at) => {
    const { check } = METRICS[threshold.metric];
    const planned = manifest.find(({ id }) => id === check);
    const absent = planned?.capabilities.find((name) =>
      policy.missingCapabilities.some(({ capability }) => capability === name),
    );
    const isAsked = check === null || policy.checks === 'all' || policy.checks.includes(check);
    return [
      ...thresholdProblems(threshold),
      ...(isAsked ? [] : [`${threshold.metric} is measured by ${check}, which is not among the checks`]),
      ...(check === null || planned !== undefined
        ? []
        : [`${threshold.metric} is measured by ${check}, which is not in the manifest`]),
      ...(absent === undefined
        ? []
        : [`${threshold.metric} is measured by ${check}, which needs ${absent}: it is declared missing`]),
    ].map((problem) => `thresholds[${at}]: ${problem}`);
  });
}

function nearest(wanted: string, known: readonly string[]): string {
  return [...known].sort((a, b) => distance(wanted, a) - distance(wanted, b))[0] ?? '-';
}

/** SHA-256 of the policy's canonical JSON. */
export function policyHash(policy: Policy): string {
  return contentHash(policy);
}
