import type { JSX } from 'preact';
import type { PageView } from './page-data.ts';
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
  const { word, expected, seen, readings } = view.revision;
  const isSame = seen.length === 1 && seen[0] === expected;
  return (
    <>
      <WordMark word={word} />{' '}
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

/** How many limits hold; those that do not are named. */
function Thresholds({ view }: { readonly view: PageView['thresholds'] }): JSX.Element {
  const { policy, rows } = view;
  if (rows.length === 0) return <a href="#thresholds">{`none set by policy ${policy}`}</a>;
  const open = rows.filter(({ word }) => word.tone !== 'good');
  const held = rows.length - open.length;
  return (
    <>
      {open.map(({ metric, limit, word }) => (
        <span key={`${metric} ${limit}`}>
          <WordMark word={word} />
          {` ${metric}, `}
        </span>
      ))}
      {held === 0 ? null : (
        <>
          <WordMark word={{ text: `${held} of ${rows.length} held`, tone: 'good' }} />{' '}
        </>
      )}
      <a href="#thresholds">figures</a>
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
