import type { JSX } from 'preact';
import type { PageView, Word } from './page-data.ts';
import { TopCause } from './top-cause.tsx';
import { WordMark } from './word.tsx';

/** Decision, axes, cause, ledger, revision and baseline: what is read at three in the morning. */
export function FirstScreen({ view }: { readonly view: PageView }): JSX.Element {
  const [word = '', more = ''] = view.decision.text.split(/ (?=\()/);
  return (
    <section id="decision" class={`first tone-${view.decision.tone}`} aria-labelledby="decision-word">
      <div class="verdict">
        <p class="kicker">Decision</p>
        <h1 id="decision-word" class="decision">
          {word}
          {more === '' ? null : <span class="decision-more">{` ${more}`}</span>}
        </h1>
        <p class="quiet">{`${view.scope} run of ${view.target}`}</p>
        <p class="quiet">
          <time datetime={view.startedAt}>{`${view.startedAt.slice(0, 16).replace('T', ' ')} UTC`}</time>
          {`${view.durationSec === null ? '' : `, ${view.durationSec.toFixed(0)} s`}, exit code ${view.exitCode}`}
        </p>
        <dl class="axes">
          {view.axes.map(({ question, answer }) => (
            <div key={question}>
              <dt>{question}</dt>
              <dd>
                <WordMark word={answer} />
              </dd>
            </div>
          ))}
        </dl>
        <Ledger view={view} />
        <dl class="facts">
          <div>
            <dt>Revision</dt>
            <dd>
              <Revision view={view} />
            </dd>
          </div>
          <div>
            <dt>Thresholds</dt>
            <dd>
              <Thresholds view={view.thresholds} />
            </dd>
          </div>
          <div>
            <dt>Baseline</dt>
            <dd>
              <Baseline view={view} />
            </dd>
          </div>
        </dl>
      </div>
      <TopCause view={view} />
    </section>
  );
}

function Ledger({ view }: { readonly view: PageView }): JSX.Element {
  const planned = view.counts.reduce((sum, { count }) => sum + count, 0);
  let from = 0;
  return (
    <div class="ledger">
      <svg viewBox={`0 0 ${Math.max(1, planned)} 1`} preserveAspectRatio="none" aria-hidden="true">
        {view.counts.map(({ word, count }) => {
          const x = from;
          from += count;
          return <rect key={word.text} class={`fill-${word.tone}`} x={x} y="0" width={count} height="1" />;
        })}
      </svg>
      <p class="ledger-line">{view.ledger}</p>
    </div>
  );
}

function Revision({ view }: { readonly view: PageView }): JSX.Element {
  const { word, expected, seen, readings, fingerprint } = view.revision;
  const isSame = seen.length === 1 && seen[0] === expected;
  return (
    <>
      <WordMark word={word} />{' '}
      {fingerprint === null ? null : <span>{`by fingerprint: ${fingerprint.text}; `}</span>}
      {isSame ? (
        <code>{seen[0]}</code>
      ) : (
        <span>
          expected <code>{expected ?? 'none'}</code>, seen <code>{seen.join(', ') || 'none'}</code>
        </span>
      )}{' '}
      <a href="#revision">{readings === 1 ? '1 reading' : `${readings} readings`}</a>
    </>
  );
}

/** Limits that are named before the rest is only counted. */
const MAX_LIMITS = 3;

/** How many limits hold; those that are exceeded are named. */
function Thresholds({ view }: { readonly view: PageView['thresholds'] }): JSX.Element {
  const { policy, rows } = view;
  if (rows.length === 0) return <a href="#thresholds">{`none set by policy ${policy}`}</a>;
  const [exceeded, undecided, held] = (['bad', 'unknown', 'good'] as const).map((tone) =>
    rows.filter(({ word }) => word.tone === tone),
  );
  const names = (exceeded ?? []).map(({ metric }) => metric);
  const more = names.length > MAX_LIMITS ? ` and ${names.length - MAX_LIMITS} more` : '';
  return (
    <>
      {names.length === 0 ? null : (
        <>
          <WordMark word={{ text: 'exceeded', tone: 'bad' }} />
          {` ${names.slice(0, MAX_LIMITS).join(', ')}${more} `}
        </>
      )}
      <Count of={undecided?.length ?? 0} word={{ text: 'undecided', tone: 'unknown' }} />
      <Count of={held?.length ?? 0} word={{ text: `of ${rows.length} held`, tone: 'good' }} />
      <a href="#thresholds">figures</a>
    </>
  );
}

function Count({ of, word }: { readonly of: number; readonly word: Word }): JSX.Element | null {
  if (of === 0) return null;
  return (
    <>
      <WordMark word={{ ...word, text: `${of} ${word.text}` }} />{' '}
    </>
  );
}

function Baseline({ view }: { readonly view: PageView }): JSX.Element {
  const { text, changes } = view.baseline;
  return (
    <>
      {text}
      {changes.length === 0 ? null : (
        <ul class="changes">
          {changes.slice(0, 4).map(({ id, word }) => (
            <li key={id}>
              <WordMark word={word} /> <a href={`#check-${id}`}>{id}</a>
            </li>
          ))}
          {changes.length > 4 ? (
            <li>
              <a href="#changes">{`and ${changes.length - 4} more`}</a>
            </li>
          ) : null}
        </ul>
      )}
    </>
  );
}
