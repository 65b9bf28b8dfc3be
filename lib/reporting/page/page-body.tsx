import type { ComponentChildren, JSX } from 'preact';
import { render } from 'preact-render-to-string';
import { CauseText, FirstScreen, GroupText } from './first-screen.tsx';
import { LeakTable } from './leak-table.tsx';
import type { PageView } from './page-data.ts';
import { EvidenceLinks, Findings, WordMark } from './word.tsx';

/** The document of a run before any script runs, as HTML. */
export function body(view: PageView): string {
  return render(<Page view={view} />);
}

const SECTIONS = [
  ['decision', 'Decision'],
  ['causes', 'Causes'],
  ['checks', 'Checks'],
  ['timelines', 'Timelines'],
  ['latency', 'Latency'],
  ['isolation', 'Isolation'],
  ['service', 'Service'],
  ['evidence', 'Evidence'],
  ['run', 'Run'],
] as const;

function Page({ view }: { readonly view: PageView }): JSX.Element {
  return (
    <>
      <a class="skip" href="#checks">
        Skip to the checks
      </a>
      <header class="top">
        <p class="brand">
          <strong>Stagegate</strong> <span class="run-id">{view.runId}</span>
        </p>
        <nav aria-label="Sections">
          <ul>
            {SECTIONS.map(([id, name]) => (
              <li key={id}>
                <a href={`#${id}`}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main>
        <FirstScreen view={view} />
        <Causes view={view} />
        <Section id="checks" title="Checks by phase">
          <Island id="checks-app" what="The checks" />
        </Section>
        <Section id="timelines" title="Timelines">
          <Island id="timelines-app" what="The timelines" />
        </Section>
        <Section id="latency" title="Latency">
          <Island id="latency-app" what="The distributions" />
        </Section>
        <Section id="isolation" title="Isolation: who received what of whom">
          {view.leaks.length === 0 ? (
            <p class="quiet">No leak matrix was recorded: isolation was not asked in this run.</p>
          ) : (
            view.leaks.map((matrix) => <LeakTable key={matrix.evidence} matrix={matrix} />)
          )}
        </Section>
        <Section id="service" title="Readiness and breaker over time">
          <Island id="service-app" what="The plots" />
        </Section>
        <Section id="evidence" title="Evidence">
          <Island id="evidence-app" what="The records" />
        </Section>
        <Run view={view} />
      </main>
      <dialog id="record" aria-labelledby="record-title" />
    </>
  );
}

function Section({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section id={id} class="part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabindex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** A place that a script fills. */
function Island({ id, what }: { readonly id: string; readonly what: string }): JSX.Element {
  return (
    <div id={id}>
      <noscript>
        <p class="quiet">{`${what} need the script of this page; report.md beside it has them as text.`}</p>
      </noscript>
    </div>
  );
}

function Causes({ view }: { readonly view: PageView }): JSX.Element {
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
          <summary>{`${view.groups.length} reds and unknowns, each with what it blocks`}</summary>
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
          <summary>{`and ${rest.length} more reasons`}</summary>
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

function List({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly string[];
}): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <div class="block">
      <h3>{title}</h3>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </div>
  );
}

function Run({ view }: { readonly view: PageView }): JSX.Element {
  return (
    <Section id="run" title="Run">
      <h3>Preflight</h3>
      {view.preflight.length === 0 ? (
        <p class="quiet">No rung of the ladder was climbed.</p>
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label="Preflight">
          <table>
            <thead>
              <tr>
                <th scope="col">rung</th>
                <th scope="col">state</th>
                <th scope="col">what was seen</th>
                <th scope="col" class="number">
                  ms
                </th>
                <th scope="col">evidence</th>
              </tr>
            </thead>
            <tbody>
              {view.preflight.map(({ rung, word, actual, ms, evidence }) => (
                <tr key={rung}>
                  <th scope="row">{rung}</th>
                  <td>
                    <WordMark word={word} />
                  </td>
                  <td>{actual}</td>
                  <td class="number">{ms.toFixed(0)}</td>
                  <td>
                    <EvidenceLinks ids={evidence} max={2} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <List title="Warnings" items={view.warnings} />
      <h3>Provenance</h3>
      <dl class="facts">
        {view.provenance.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      <h3>Proof of the harness</h3>
      <p>{view.proof}</p>
      <details class="block">
        <summary>{`${view.settings.length} settings`}</summary>
        <dl class="facts">
          {view.settings.map(({ name, value, origin }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code> <span class="quiet">{origin}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </Section>
  );
}
