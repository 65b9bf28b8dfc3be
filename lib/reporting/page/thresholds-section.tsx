import type { JSX } from 'preact';
import type { PageView, ThresholdRow } from './page-data.ts';
import { Section } from './section.tsx';
import { Links, WordMark } from './word.tsx';

/** Every limit that the policy sets on what was measured, with the figure that was held to it. */
export function ThresholdsSection({ view }: { readonly view: PageView['thresholds'] }): JSX.Element {
  const { policy, timeScale, rows } = view;
  return (
    <Section id="thresholds" title="Thresholds">
      {rows.length === 0 ? (
        <p class="quiet">{`No threshold set by policy ${policy}: no figure that was measured holds a release back.`}</p>
      ) : (
        <>
          <p id="thresholds-note" class="note">
            {`Limits of policy ${policy} on what this run measured. One that is exceeded is NO-GO, one without enough data is INCONCLUSIVE.${timeScale === 1 ? '' : ` Time runs at scale ${timeScale}: limits in milliseconds are scaled with it.`}`}
          </p>
          <div class="scroll" tabindex={0} role="region" aria-label="Limits of the policy">
            <table aria-describedby="thresholds-note">
              <thead>
                <tr>
                  <th scope="col">metric</th>
                  <th scope="col">limit</th>
                  <th scope="col">observed</th>
                  <th scope="col" class="number">
                    n
                  </th>
                  <th scope="col">verdict</th>
                  <th scope="col">measured by</th>
                  <th scope="col">evidence</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={`${row.metric} ${row.limit}`} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Section>
  );
}

function Row({ row }: { readonly row: ThresholdRow }): JSX.Element {
  const { metric, limit, asWritten, observed, n, minSamples, word, why, check, evidence } = row;
  return (
    <tr class={`tone-${word.tone}`}>
      <th scope="row">{metric}</th>
      <td>
        {limit}
        {asWritten === null ? null : <span class="aside">{asWritten}</span>}
      </td>
      <td>{observed ?? 'no data'}</td>
      <td class="number">
        {n ?? 0} <span class="quiet">{`of ${minSamples}`}</span>
      </td>
      <td>
        <WordMark word={word} />
        {why === null || why === 'no data' ? null : <span class="aside">{why}</span>}
      </td>
      <td>{check === null ? 'the ladder' : <a href={`#check-${check}`}>{check}</a>}</td>
      <td>
        <Links to="evidence" ids={evidence} max={2} />
      </td>
    </tr>
  );
}
