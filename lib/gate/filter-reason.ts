import type { RunRecord } from '../evidence/run-record.ts';

/**
 * Why a filtered run, or a part of one, is no answer about the target: in words of its own when the filter matched no check,
 * because a misspelt name is no smaller run (design.md §13.1).
 */
export function filterReason({ checks, selection }: RunRecord): string | null {
  const filters = selection.filters.join(' ');
  const isAsked = checks.some(({ selected }) => selected);
  switch (selection.scope) {
    case 'full':
    case 'smoke':
      return null;
    case 'partial':
      return isAsked
        ? 'this is a partial run: a filter was set'
        : `the filter matches no check (${filters}): none of ${checks.length} was asked`;
    case 'shard':
      return 'this is one shard: the decision is left to merge';
  }
}
