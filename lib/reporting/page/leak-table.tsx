import type { JSX } from 'preact';
import type { LeakMatrix } from './page-data.ts';
import { Links, WordMark } from './word.tsx';

/** Users beyond which only the leaks are listed: nobody reads a table of a thousand cells. */
const MAX_TABLE = 24;

/** Who received what of whom; every cell says it in words. */
export function LeakTable({ matrix }: { readonly matrix: LeakMatrix }): JSX.Element {
  const { subjects, cells, messages, bytes, leaks, check, evidence } = matrix;
  const names = shortNames(subjects);
  const word =
    leaks === 0
      ? ({ text: 'no leak', tone: 'good' } as const)
      : ({ text: `${leaks} leak${leaks === 1 ? '' : 's'}`, tone: 'bad' } as const);
  return (
    <div class="block">
      <h3>
        <WordMark word={word} /> {check === null ? null : <a href={`#check-${check}`}>{check}</a>}{' '}
        <Links to="evidence" ids={[evidence]} />
      </h3>
      {subjects.length > MAX_TABLE ? (
        <LeakList matrix={matrix} names={names} />
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label={`Leak matrix ${check ?? evidence}`}>
          <table class="matrix">
            <caption>
              Rows are owners of a canary, columns are readers; every byte of each reader was searched for
              every canary, plain, reversed, as base64, hex or URL encoding, in one message or in pieces. Each
              owner must see its own.
            </caption>
            <thead>
              <tr>
                <th scope="col">owner</th>
                {names.map((name) => (
                  <th key={name} scope="col">{`read by ${name}`}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cells.map((row, owner) => (
                <tr key={names[owner]}>
                  <th scope="row">{names[owner]}</th>
                  {row.map((cell, reader) => (
                    <td key={names[reader]} class={cellClass(cell, owner === reader)}>
                      {cellText(cell, owner === reader)}
                    </td>
                  ))}
                </tr>
              ))}
              <tr>
                <th scope="row">searched</th>
                {names.map((name, reader) => (
                  <td
                    key={name}
                    class="quiet"
                  >{`${messages[reader] ?? 0} messages, ${bytes[reader] ?? 0} B`}</td>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function LeakList({
  matrix,
  names,
}: {
  readonly matrix: LeakMatrix;
  readonly names: readonly string[];
}): JSX.Element {
  const found = matrix.cells.flatMap((row, owner) =>
    row.flatMap((cell, reader) =>
      cell === null || owner === reader ? [] : [`${names[owner] ?? ''} to ${names[reader] ?? ''}: ${cell}`],
    ),
  );
  return (
    <>
      <p class="quiet">{`${names.length} users: every byte of each was searched for the canary of every other.`}</p>
      <ul class="findings">
        {found.slice(0, 200).map((leak) => (
          <li key={leak}>{leak}</li>
        ))}
      </ul>
    </>
  );
}

function cellClass(cell: string | null, isOwn: boolean): string {
  if (isOwn) return cell === null ? 'cell-missing' : 'cell-own';
  return cell === null ? 'cell-none' : 'cell-leak';
}

function cellText(cell: string | null, isOwn: boolean): string {
  if (isOwn) return cell === null ? 'own, not seen' : 'own';
  return cell === null ? 'none' : `LEAK: ${cell}`;
}

/** Subjects without the beginning that they share. */
function shortNames(subjects: readonly string[]): readonly string[] {
  const [first = ''] = subjects;
  let shared = 0;
  while (shared < first.length && subjects.every((subject) => subject[shared] === first[shared])) shared += 1;
  const from = Math.max(first.lastIndexOf('-', shared) + 1, 0);
  const short = subjects.map((subject) => subject.slice(from));
  return subjects.length > 1 && short.every((name) => name !== '') ? short : subjects;
}
