import type { JSX } from 'preact';
import type { Cause, Group } from './page-data.ts';
import { Findings, Links, WordMark } from './word.tsx';

/** A cause with what speaks for and against it, who acts, and what comes next. */
export function CauseText({
  cause,
  id,
  level: Heading,
  findings,
  group,
}: {
  readonly cause: Cause;
  readonly id: string;
  readonly level: 'h2' | 'h3';
  readonly findings: { readonly for: number; readonly against: number };
  readonly group?: Group | undefined;
}): JSX.Element {
  return (
    <>
      <Heading id={id}>
        <span class="name">{cause.name}</span>
        {cause.score === null ? null : <span class="score">{` ${cause.score.toFixed(2)}`}</span>}
      </Heading>
      <p class="claim">{cause.title}</p>
      <dl class="evidence-for">
        <div>
          <dt>For</dt>
          <dd>
            {cause.for.length === 0 ? (
              'nothing that was seen'
            ) : (
              <Findings of={cause.for} max={findings.for} />
            )}
          </dd>
        </div>
        <div>
          <dt>Against</dt>
          <dd>
            {cause.against.length === 0 ? (
              'nothing that was seen'
            ) : (
              <Findings of={cause.against} max={findings.against} />
            )}
          </dd>
        </div>
      </dl>
      {group === undefined ? null : (
        <>
          <p class="label">
            {group.word.tone === 'bad' ? 'First red under it: ' : 'First unknown under it: '}
            {group.checks.includes(group.root) ? (
              <a href={`#check-${group.root}`}>{group.root}</a>
            ) : (
              <Links to="check" ids={group.checks} max={3} />
            )}
            {` ${group.title}`}
          </p>
          <Contrast group={group} />
        </>
      )}
      <dl class="act">
        <div>
          <dt>Owner</dt>
          <dd>
            <strong>{cause.owner}</strong>
            {`: ${cause.remedy}`}
          </dd>
        </div>
        <div>
          <dt>Next</dt>
          <dd>{cause.next}</dd>
        </div>
        <div>
          <dt>Accounts for</dt>
          <dd>
            {`${cause.checks.length} check${cause.checks.length === 1 ? '' : 's'} `}
            <Links to="check" ids={cause.checks} max={8} />
          </dd>
        </div>
      </dl>
    </>
  );
}

function Contrast({ group }: { readonly group: Group }): JSX.Element {
  return (
    <dl class="contrast">
      <div>
        <dt>Expected</dt>
        <dd>{group.expected}</dd>
      </div>
      <div>
        <dt>Got</dt>
        <dd>
          {group.actual} <Links to="evidence" ids={group.evidence} max={3} />
        </dd>
      </div>
    </dl>
  );
}

/** One red or unknown: expected, got, who acts, and what it blocks. */
export function GroupText({
  group,
  id,
  level: Heading,
}: {
  readonly group: Group;
  readonly id: string;
  readonly level: 'h2' | 'h3';
}): JSX.Element {
  return (
    <>
      <Heading id={id}>
        <WordMark word={group.word} /> <span class="name">{group.root}</span>
        {group.rule === null ? null : <span class="score">{` ${group.rule}`}</span>}
      </Heading>
      <p class="claim">{group.title}</p>
      <Contrast group={group} />
      <dl class="act">
        <div>
          <dt>Where</dt>
          <dd>{group.where}</dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>
            <strong>{group.owner}</strong>
          </dd>
        </div>
        <div>
          <dt>Next</dt>
          <dd>{group.next}</dd>
        </div>
        {group.blocked.length === 0 ? null : (
          <div>
            <dt>Blocks</dt>
            <dd>
              {`${group.blocked.length} `}
              <Links to="check" ids={group.blocked} />
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
