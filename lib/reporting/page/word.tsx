import type { JSX } from 'preact';
import type { Finding, Word } from './page-data.ts';

/** A word with its tone: the shape before it and the word say the same as the colour. */
export function WordMark({ word }: { readonly word: Word }): JSX.Element {
  return <span class={`word tone-${word.tone}`}>{word.text}</span>;
}

/** Links that are shown before the rest is only counted. */
const MAX_LINKS: Readonly<Record<'check' | 'evidence', number>> = { check: 12, evidence: 6 };

/** Links to the checks or records that something stands on. */
export function Links({
  to,
  ids,
  max = MAX_LINKS[to],
}: {
  readonly to: 'check' | 'evidence';
  readonly ids: readonly string[];
  readonly max?: number;
}): JSX.Element | null {
  if (ids.length === 0) return null;
  return (
    <span class="refs">
      {ids.slice(0, max).map((id) => (
        <a key={id} href={`#${to}-${id}`} class="ref">
          {id}
        </a>
      ))}
      {ids.length > max ? <span class="more">{`and ${ids.length - max} more`}</span> : null}
    </span>
  );
}

/** What speaks for or against something; long lists end in a count. */
export function Findings({
  of,
  max,
}: {
  readonly of: readonly Finding[];
  readonly max: number;
}): JSX.Element {
  return (
    <ul class="findings">
      {of.slice(0, max).map(({ text, evidence }) => (
        <li key={text}>
          {text} <Links to="evidence" ids={evidence} max={3} />
        </li>
      ))}
      {of.length > max ? <li class="more">{`and ${of.length - max} more under Causes`}</li> : null}
    </ul>
  );
}
