import type { JSX } from 'preact';
import { CauseText, GroupText } from './cause-text.tsx';
import type { PageView } from './page-data.ts';

/** Findings of each kind that the first screen has room for. */
const MAX_FOR = 3;
const MAX_AGAINST = 2;
const MAX_REASONS = 6;

/** The one thing to read beside the decision: the top cause, else the worst red, else what the decision means. */
export function TopCause({ view }: { readonly view: PageView }): JSX.Element {
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
  const { title, means, next, owner } = view.next;
  return (
    <article class="cause" aria-labelledby="cause-title">
      <p class="kicker">What it means</p>
      <h2 id="cause-title">{title}</h2>
      <p class="claim">{means}</p>
      {view.reasons.length === 0 ? null : (
        <ul class="findings">
          {view.reasons.slice(0, MAX_REASONS).map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          {view.reasons.length > MAX_REASONS ? (
            <li class="more">
              <a href="#causes">{`and ${view.reasons.length - MAX_REASONS} more`}</a>
            </li>
          ) : null}
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
          <a href="#conditions">
            {view.conditions.length === 1
              ? 'The condition and its command'
              : `${view.conditions.length} conditions and their commands`}
          </a>
        </p>
      )}
      <dl class="act">
        {owner === null ? null : (
          <div>
            <dt>Owner</dt>
            <dd>{owner}</dd>
          </div>
        )}
        <div>
          <dt>Next</dt>
          <dd>{next}</dd>
        </div>
      </dl>
    </article>
  );
}
