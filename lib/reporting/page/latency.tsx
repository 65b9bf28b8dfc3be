import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Distribution } from './distribution.tsx';
import { figure } from './figure.ts';
import type { LatencyRow } from './page-data.ts';
import { Spread } from './spread.tsx';
import { WordMark } from './word.tsx';

/** Every sample with its spread and how it stands to the baseline; the chosen one as a distribution. */
export function Latency({ rows }: { readonly rows: readonly LatencyRow[] }): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const row = rows[chosen];
  if (row === undefined) return <p class="quiet">No sample was taken in this run.</p>;
  const hasBaseline = rows.some(({ baseline }) => baseline !== null);
  return (
    <>
      <p id="latency-note" class="note">
        {hasBaseline
          ? 'Choose a row for its distribution. Dots above the line are this run, dots below it the baseline; ticks are medians.'
          : 'Choose a row for its distribution. No baseline to compare with.'}
      </p>
      <div class="latency">
        <div class="scroll" tabindex={0} role="region" aria-label="Samples">
          <table aria-describedby="latency-note">
            <thead>
              <tr>
                <th scope="col">what</th>
                <th scope="col">spread</th>
                <th scope="col" class="number">
                  n
                </th>
                <th scope="col" class="number">
                  median
                </th>
                <th scope="col" class="number">
                  high
                </th>
                <th scope="col" class="number">
                  baseline
                </th>
                <th scope="col">check</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one, at) => (
                <tr key={one.evidence} class={at === chosen ? 'chosen' : undefined}>
                  <th scope="row">
                    <button
                      type="button"
                      class="plain"
                      aria-pressed={at === chosen}
                      onClick={() => setChosen(at)}
                    >
                      {one.name}
                    </button>
                    <span class="quiet">{`, ${one.unit}${one.of === 'harness' ? ' of the harness' : ''}`}</span>
                  </th>
                  <td>
                    <Spread row={one} />
                  </td>
                  <td class="number">
                    {one.n}
                    {one.missing === 0 ? '' : ` (${one.missing} missing)`}
                  </td>
                  <td class="number">{figure(one.median)}</td>
                  <td class="number">
                    {figure(one.high.value)} <span class="quiet">{one.high.name.split(' ')[0]}</span>
                  </td>
                  <td class="number">
                    {one.baseline === null ? (
                      '-'
                    ) : (
                      <>
                        {figure(one.baseline.median)} <WordMark word={one.baseline.word} />
                      </>
                    )}
                  </td>
                  <td>{one.check === null ? '' : <a href={`#check-${one.check}`}>{one.check}</a>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <Distribution row={row} />
      </div>
    </>
  );
}
