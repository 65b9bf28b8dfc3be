import { closest } from 'fastest-levenshtein';
import type { PlannedCheck } from '../../evidence/plan.ts';
import type { Scope } from '../../evidence/run-record.ts';
import { nearestChecks } from './nearest-check.ts';

/** Of a title that is told as near. */
const MOST_LETTERS = 70;

/** The filters of one command line. */
export interface Filters {
  readonly suites: readonly string[];
  readonly checks: readonly string[];
  /** A regular expression, as the command line has made sure. */
  readonly pattern: string | null;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** The policy lists the checks of its own plan. */
  readonly shortPlan: boolean;
}

export interface Selection {
  readonly scope: Scope;
  readonly filters: readonly string[];
  /** Ids that will be asked; the rest of the plan stays `not-run`. */
  readonly selected: readonly string[];
  /** What the reader should know when nothing matched. */
  readonly hint: string | null;
}

/** Applies filters to a plan without shrinking it (design.md §13.1). */
export function select(checks: readonly PlannedCheck[], filters: Filters): Selection {
  const { pattern } = filters;
  const wantedIds = new Set(filters.checks.map((id) => id.toUpperCase()));
  const wantedSuites = new Set(filters.suites);
  const matching = checks.filter(
    (check) =>
      (wantedIds.size === 0 || wantedIds.has(check.id)) &&
      (wantedSuites.size === 0 || wantedSuites.has(check.suite)) &&
      (pattern === null || matches(pattern, check)),
  );
  const words = [
    ...filters.suites.map((name) => `--suite ${name}`),
    ...filters.checks.map((id) => `--check ${id}`),
    ...(filters.pattern === null ? [] : [`-t ${filters.pattern}`]),
  ];
  const { shard } = filters;
  const selected =
    shard === null
      ? matching
      : matching.filter((check) => shardOf(check, checks, shard.count) === shard.index);
  const scope: Scope =
    words.length > 0 ? 'partial' : shard !== null ? 'shard' : filters.shortPlan ? 'smoke' : 'full';
  return {
    scope,
    filters: shard === null ? words : [...words, `--shard ${shard.index}/${shard.count}`],
    selected: selected.map(({ id }) => id),
    hint: hintOf(checks, filters, selected.length),
  };
}

/** Spec files are dealt out in plan order, so checks that share a file (and its prerequisites) stay together. */
function shardOf(check: PlannedCheck, checks: readonly PlannedCheck[], count: number): number {
  const files = [...new Set(checks.map(({ file }) => file))];
  return (files.indexOf(check.file) % count) + 1;
}

/** Names that match nothing are said even beside names that do: a misspelt check was not asked. */
function hintOf(checks: readonly PlannedCheck[], filters: Filters, found: number): string | null {
  const suites = [...new Set(checks.map(({ suite }) => suite))];
  const ids = checks.map(({ id }) => id);
  const unknown = [
    ...filters.suites
      .filter((name) => !suites.includes(name))
      .map((name) => `No suite is called ${name}; the nearest name is ${nearestOf(name, suites)}.`),
    ...filters.checks
      .map((id) => id.toUpperCase())
      .filter((id) => !ids.includes(id))
      .map((id) => `No check matches ${id}; the nearest is ${nearestCheck(id, checks)}.`),
  ];
  if (unknown.length > 0) return `${unknown.join(' ')} \`--list\` shows the plan.`;
  if (found > 0) return null;
  const { pattern, shard } = filters;
  if (pattern !== null && !checks.some((check) => matches(pattern, check))) {
    return `No check has an id or a title that matches ${pattern}${likeness(pattern, checks)}. \`--list\` shows the plan.`;
  }
  return shard === null
    ? 'Each filter matches checks, but none matches them all; `--list` shows the plan.'
    : `No check of shard ${shard.index}/${shard.count} matches; \`--list\` shows those of a shard.`;
}

function matches(pattern: string, check: PlannedCheck): boolean {
  return new RegExp(pattern, 'i').test(`${check.id} ${check.title}`);
}

function nearestOf(wanted: string, candidates: readonly string[]): string {
  return candidates.length === 0 ? '-' : closest(wanted, candidates);
}

function nearestCheck(wanted: string, checks: readonly PlannedCheck[]): string {
  const id = nearestOf(
    wanted,
    checks.map((check) => check.id),
  );
  const title = checks.find((check) => check.id === id)?.title;
  return title === undefined ? id : named({ id, title });
}

function named({ id, title }: Pick<PlannedCheck, 'id' | 'title'>): string {
  return `${id} (${title.length > MOST_LETTERS ? `${title.slice(0, MOST_LETTERS).trimEnd()} …` : title})`;
}

function likeness(pattern: string, checks: readonly PlannedCheck[]): string {
  const near = nearestChecks(pattern, checks);
  return near.length === 0
    ? ', and no word of one is like it'
    : `; the nearest ${near.length === 1 ? 'is' : 'are'} ${near.map(named).join(', ')}`;
}
