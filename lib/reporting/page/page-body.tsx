import type { JSX } from 'preact';
import { render } from 'preact-render-to-string';
import { CausesSection } from './causes-section.tsx';
import { FirstScreen } from './first-screen.tsx';
import { LeakTable } from './leak-table.tsx';
import type { PageView } from './page-data.ts';
import { RevisionSection } from './revision-section.tsx';
import { RunSection } from './run-section.tsx';
import { Section } from './section.tsx';
import { ThresholdsSection } from './thresholds-section.tsx';

/** The document of a run before any script runs, as HTML. */
export function body(view: PageView): string {
  return render(<Page view={view} />);
}

const SECTIONS = [
  ['decision', 'Decision'],
  ['causes', 'Causes'],
  ['checks', 'Checks'],
  ['thresholds', 'Thresholds'],
  ['revision', 'Revision'],
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
        <CausesSection view={view} />
        <Section id="checks" title="Checks by phase">
          <Island id="checks-app" what="The checks" />
        </Section>
        <ThresholdsSection view={view.thresholds} />
        <RevisionSection revision={view.revision} />
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
        <RunSection view={view} />
      </main>
      <dialog id="record" aria-labelledby="record-title" />
    </>
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
