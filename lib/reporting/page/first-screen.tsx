import type { JSX } from 'preact';
import { CauseText, GroupText } from './cause-text.tsx';
import type { PageView } from './page-data.ts';
import { WordMark } from './word.tsx';

/** Findings of each kind that the first screen has room for. */
const MAX_FOR = 3;
const MAX_AGAINST = 2;

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
        <p class="quiet">{`exit code ${view.exitCode}, ${view.scope} run of ${view.target}`}</p>
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
  const { word, expected, seen } = view.revision;
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
      )}
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

function TopCause({ view }: { readonly view: PageView }): JSX.Element {
  const [cause, ...others] = view.diagnosis.causes;
  const group = view.groups.find(({ root }) => cause?.checks.includes(root) === true) ?? view.groups[0];
  if (cause !== undefined) {
    return (
      <article class="cause" aria-labelledby="cause-title">
        <p class="kicker">
          {`Top cause: ${view.diagnosis.headline}`}
          {view.diagnosis.certainty === '' ? '' : ` ${view.diagnosis.certainty}`}
        </p>
        <CauseText
          cause={cause}
          id="cause-title"
          level="h2"
          findings={{ for: MAX_FOR, against: MAX_AGAINST }}
          group={group}
        />
        {others.length === 0 ? null : (
          <p class="others">
            {'Besides: '}
            {others.map(({ name, checks }, at) => (
              <span key={name}>
                {at === 0 ? '' : ', '}
                <a href={`#cause-${name}`}>{name}</a>
                {` (${checks.length})`}
              </span>
            ))}
          </p>
        )}
      </article>
    );
  }
  if (group !== undefined) {
    return (
      <article class="cause" aria-labelledby="cause-title">
        <p class="kicker">What is not judged</p>
        <GroupText group={group} id="cause-title" level="h2" />
      </article>
    );
  }
  return (
    <article class="cause" aria-labelledby="cause-title">
      <p class="kicker">Cause</p>
      <h2 id="cause-title">Nothing is red</h2>
      {view.reasons.length === 0 ? (
        <p class="claim">Every planned check passed on evidence of its own.</p>
      ) : (
        <ul class="findings">
          {view.reasons.slice(0, 6).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <dl class="facts seen">
        {view.seen.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {view.conditions.length === 0 ? null : (
        <p>
          <a href="#conditions">{`${view.conditions.length} conditions`}</a>
        </p>
      )}
      <dl class="act">
        <div>
          <dt>Owner</dt>
          <dd>release manager</dd>
        </div>
        <div>
          <dt>Next</dt>
          <dd>{nextOf(view)}</dd>
        </div>
      </dl>
    </article>
  );
}

function nextOf(view: PageView): string {
  if (view.decision.tone === 'good')
    return 'Release; this run can be the baseline of the next (--baseline latest-go).';
  if (view.decision.tone === 'caution')
    return 'Release only while each condition holds; its command asks again.';
  return 'Run the whole plan: what was not judged is no ground for a release.';
}
