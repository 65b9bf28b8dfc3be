import type { JSX } from 'preact';
import type { PageView } from './page-data.ts';
import { List, Section } from './section.tsx';
import { Links, WordMark } from './word.tsx';

/** The ladder, warnings, where the run came from, and its settings. */
export function RunSection({ view }: { readonly view: PageView }): JSX.Element {
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
                    <Links to="evidence" ids={evidence} max={2} />
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
      <p>{`${view.proof.slice(0, 1).toUpperCase()}${view.proof.slice(1)}.`}</p>
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
