import type { JSX } from 'preact';
import type { FingerprintView, RevisionReadingRow, RevisionView } from './page-data.ts';
import { Section } from './section.tsx';
import { duration } from './wire.ts';
import { Links, WordMark } from './word.tsx';

/** Connections of a row that are named before the rest is only counted. */
const MAX_CONNECTIONS = 4;
/** Connections that a record names at most. */
const MAX_RECORDED = 20;

/** Every reading of the deployed revision: when, where it came from, and how it stands to the expected one. */
export function RevisionSection({ revision }: { readonly revision: RevisionView }): JSX.Element {
  const { word, expected, policy, policyName, readings, rows, omitted, fingerprint } = revision;
  return (
    <Section id="revision" title="Revision">
      <p>
        <WordMark word={word} />
        {': expected '}
        <code>{expected ?? 'none'}</code>
        {`, ${policy} by policy ${policyName}, read ${counted(readings, 'time')}.`}
      </p>
      {rows.length === 0 ? (
        <p class="quiet">The revision was never read in this run: nothing is proven about what answered.</p>
      ) : (
        <>
          <p id="revision-note" class="note">
            Each row is one reading, or equal ones in a row. Two different values in one run make it void.
          </p>
          <div class="scroll" tabindex={0} role="region" aria-label="Readings of the revision">
            <table class="readings" aria-describedby="revision-note">
              <thead>
                <tr>
                  <th scope="col">when</th>
                  <th scope="col">where it came from</th>
                  <th scope="col" class="number">
                    readings
                  </th>
                  <th scope="col">value</th>
                  <th scope="col">verdict</th>
                  <th scope="col">connections</th>
                  <th scope="col">first record</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Reading key={row.evidence} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {omitted === 0 ? null : <p class="quiet">{`${omitted} more rows stand in run.json.`}</p>}
      {fingerprint === null ? null : <Fingerprint view={fingerprint} />}
    </Section>
  );
}

/** Each behaviour that tells a generation, also one that was not observed. */
function Fingerprint({ view }: { readonly view: FingerprintView }): JSX.Element {
  return (
    <>
      <h3>Fingerprint</h3>
      <p>
        <WordMark word={view.word} />
        {`: ${view.text}.`}
      </p>
      <p id="fingerprint-note" class="note">
        A generation is no commit: two revisions of one generation look alike.
      </p>
      <div class="scroll" tabindex={0} role="region" aria-label="Behaviours of the fingerprint">
        <table class="readings" aria-describedby="fingerprint-note">
          <thead>
            <tr>
              <th scope="col">behaviour</th>
              <th scope="col">seen</th>
              <th scope="col">of generation</th>
              <th scope="col">verdict</th>
              <th scope="col" class="number">
                observations
              </th>
              <th scope="col">when</th>
              <th scope="col">first record</th>
            </tr>
          </thead>
          <tbody>
            {view.rows.map(({ title, value, generations, word, count, fromMs, toMs, evidence }) => (
              <tr key={`${title} ${value ?? ''}`}>
                <th scope="row">{title}</th>
                <td>{value === null ? '-' : <code>{value}</code>}</td>
                <td>{generations}</td>
                <td>
                  <WordMark word={word} />
                </td>
                <td class="number">{count}</td>
                <td>{fromMs === null || toMs === null ? '-' : `${duration(fromMs)} to ${duration(toMs)}`}</td>
                <td>{evidence === null ? '-' : <Links to="evidence" ids={[evidence]} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.pinned === null ? null : (
        <p>
          {'To hold a later run to exactly these behaviours, the policy says '}
          <code>{view.pinned}</code>
          {'.'}
        </p>
      )}
    </>
  );
}

function Reading({ row }: { readonly row: RevisionReadingRow }): JSX.Element {
  const { fromMs, toMs, count, origin, source, value, word, connections, evidence } = row;
  const more = connections.length - MAX_CONNECTIONS;
  const atLeast = connections.length < MAX_RECORDED ? '' : 'at least ';
  return (
    <tr>
      <td class="number">{count === 1 ? duration(fromMs) : `${duration(fromMs)} to ${duration(toMs)}`}</td>
      <th scope="row">
        {origin}
        <span class="aside">{source}</span>
      </th>
      <td class="number">{count}</td>
      <td>{value === null ? 'hidden' : <code>{value}</code>}</td>
      <td>
        <WordMark word={word} />
      </td>
      <td>
        {connections.length === 0
          ? '-'
          : `${connections.slice(0, MAX_CONNECTIONS).join(', ')}${more > 0 ? ` and ${atLeast}${more} more` : ''}`}
      </td>
      <td>
        <Links to="evidence" ids={[evidence]} />
      </td>
    </tr>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
