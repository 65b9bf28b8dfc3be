import type { JSX } from 'preact';
import { CauseText, GroupText } from './cause-text.tsx';
import type { PageView } from './page-data.ts';
import { List, Section } from './section.tsx';
import { Findings, WordMark } from './word.tsx';

/** Every cause in full, every red, what was weighed, and what follows from it. */
export function CausesSection({ view }: { readonly view: PageView }): JSX.Element {
  const { causes, weighed, unattributed, contradicts, probes } = view.diagnosis;
  return (
    <Section id="causes" title="Causes and reds">
      <Why reasons={view.reasons} />
      <List title="Harness faults" items={view.faults} />
      {causes.map((cause) => (
        <article key={cause.name} class="block" aria-labelledby={`cause-${cause.name}`}>
          <CauseText
            cause={cause}
            id={`cause-${cause.name}`}
            level="h3"
            findings={{ for: 40, against: 40 }}
          />
          {cause.notAsked.length === 0 ? null : (
            <details>
              <summary>{`Not asked: ${cause.notAsked.length}`}</summary>
              <Findings of={cause.notAsked} max={40} />
            </details>
          )}
          {cause.secondary.map(({ name, title, checks }) => (
            <p key={name}>
              {'Brought about '}
              <strong>{name}</strong>
              {`: ${title}${checks.length === 0 ? '' : ` (${checks.join(', ')})`}`}
            </p>
          ))}
          {cause.logQuery === null ? null : (
            <>
              <p class="label">Log query</p>
              <pre tabindex={0}>{cause.logQuery}</pre>
            </>
          )}
        </article>
      ))}
      {unattributed.length === 0 ? null : <p>{`Unattributed: ${unattributed.join(', ')}.`}</p>}
      <List title="Contradictions" items={contradicts} />
      {view.groups.length === 0 ? null : (
        <details class="block" open={view.groups.length <= 6}>
          <summary>{`${view.groups.length} red or unknown, each with what it blocks`}</summary>
          <div class="groups">
            {view.groups.map((group) => (
              <article key={group.root} aria-labelledby={`group-${group.root.replaceAll(' ', '-')}`}>
                <GroupText group={group} id={`group-${group.root.replaceAll(' ', '-')}`} level="h3" />
              </article>
            ))}
          </div>
        </details>
      )}
      {weighed.length === 0 ? null : (
        <details class="block">
          <summary>{`${weighed.length} other explanations were weighed`}</summary>
          <div class="scroll" tabindex={0} role="region" aria-label="Explanations that were weighed">
            <table>
              <thead>
                <tr>
                  <th scope="col">explanation</th>
                  <th scope="col">standing</th>
                  <th scope="col" class="number">
                    score
                  </th>
                  <th scope="col">because</th>
                </tr>
              </thead>
              <tbody>
                {weighed.map(({ name, standing, score, because }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{standing}</td>
                    <td class="number">{score.toFixed(2)}</td>
                    <td>
                      <Findings of={because} max={3} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      {view.diagnosis.causes.length === 0 ? null : <p class="quiet">{`${probes}.`}</p>}
      {view.reasons.length + view.groups.length + causes.length === 0 ? (
        <p class="quiet">Nothing is red and nothing is unknown.</p>
      ) : null}
      <Conditions view={view} />
      <List title="Rollback" items={view.rollback} />
      <Changes view={view} />
      <List title="Flaky on this revision" items={view.flakes} />
    </Section>
  );
}

/** Reasons that are shown before the rest is folded. */
const FIRST_REASONS = 6;

function Why({ reasons }: { readonly reasons: readonly string[] }): JSX.Element | null {
  const rest = reasons.slice(FIRST_REASONS);
  return (
    <>
      <List title="Why" items={reasons.slice(0, FIRST_REASONS)} />
      {rest.length === 0 ? null : (
        <details>
          <summary>{`and ${rest.length} more`}</summary>
          <ul class="findings">
            {rest.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Conditions({ view }: { readonly view: PageView }): JSX.Element | null {
  if (view.conditions.length + view.waivers.length === 0) return null;
  return (
    <div class="block" id="conditions">
      <h3>Conditions and waivers</h3>
      <ul>
        {view.conditions.map(({ text, owner, command, expires }) => (
          <li key={text}>
            {`${text} (owner: ${owner}${expires === null ? '' : `, until ${expires}`}): `}
            <code>{command}</code>
          </li>
        ))}
        {view.waivers.map(({ check, state, text }) => (
          <li key={check}>{`waiver of ${check}, ${state}: ${text}`}</li>
        ))}
      </ul>
    </div>
  );
}

function Changes({ view }: { readonly view: PageView }): JSX.Element | null {
  const { text, changes, metrics } = view.baseline;
  if (changes.length + metrics.length === 0) return null;
  return (
    <div class="block" id="changes">
      <h3>Since the baseline</h3>
      <p class="quiet">{text}</p>
      <ul>
        {changes.map(({ id, word, before, after }) => (
          <li key={id}>
            <WordMark word={word} /> <a href={`#check-${id}`}>{id}</a>
            {` (${before} before, ${after} now)`}
          </li>
        ))}
        {metrics.map((metric) => (
          <li key={metric}>{metric}</li>
        ))}
      </ul>
    </div>
  );
}
