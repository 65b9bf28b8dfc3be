import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useVirtualRows } from './virtual-rows.ts';
import type { Wire, WireRecord } from './wire.ts';

const ROW_PX = 26;

/** Every record of the run in one list, of which only the part in view is drawn. */
export function EvidenceList({ wire }: { readonly wire: Wire }): JSX.Element {
  const [text, setText] = useState('');
  const [kind, setKind] = useState('');
  const [onlyBad, setOnlyBad] = useState(false);
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const records = useMemo(() => wire.all(), [wire]);
  const kinds = useMemo(() => [...new Set(records.map((record) => record.kind))].toSorted(), [records]);
  const shown = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return records.filter(
      (record) =>
        (kind === '' || record.kind === kind) &&
        (!onlyBad || record.bad) &&
        words.every((word) => haystack(record).includes(word)),
    );
  }, [records, text, kind, onlyBad]);
  const rows = useVirtualRows(shown.length, ROW_PX, () => box.current);
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, to));
    setActive(next);
    rows.scrollToIndex(next);
  };
  const open = (record: WireRecord | undefined): void => {
    if (record !== undefined) location.hash = `#evidence-${record.id}`;
  };
  const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 400) / ROW_PX) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: shown.length - 1,
  };
  return (
    <>
      <div class="filters" role="search" aria-label="Filter evidence">
        <label>
          Filter
          <input
            type="search"
            placeholder="id, check, connection, text"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label>
          Kind
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="">all</option>
            {kinds.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="tick">
          <input
            type="checkbox"
            checked={onlyBad}
            onChange={(event) => setOnlyBad(event.currentTarget.checked)}
          />
          only violations
        </label>
        <p class="quiet" role="status">
          {`${shown.length} of ${records.length} records${wire.omitted === 0 ? '' : `; ${wire.omitted} more stand in evidence.ndjson`}`}
        </p>
      </div>
      <div
        ref={box}
        class="records"
        role="listbox"
        aria-label="Evidence records"
        tabindex={0}
        aria-activedescendant={shown[at] === undefined ? undefined : `row-${shown[at].id}`}
        onKeyDown={(event) => {
          const to = steps[event.key];
          if (to !== undefined) {
            event.preventDefault();
            move(to);
          } else if (event.key === 'Enter') {
            event.preventDefault();
            open(shown[at]);
          }
        }}
      >
        <div class="records-all" role="presentation" style={{ height: `${rows.getTotalSize()}px` }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const record = shown[index];
            if (record === undefined) return null;
            return (
              <div
                key={record.id}
                id={`row-${record.id}`}
                class={record.bad ? 'row bad' : 'row'}
                role="option"
                aria-selected={index === at}
                aria-posinset={index + 1}
                aria-setsize={shown.length}
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => {
                  setActive(index);
                  open(record);
                }}
              >
                <span class="id">{record.id}</span>
                <span class="number">{record.atMs.toFixed(1)}</span>
                <span>{record.kind}</span>
                <span class="id">{record.check ?? ''}</span>
                <span class="line">
                  {record.bad ? <strong>violation: </strong> : null}
                  {record.line}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

const texts = new WeakMap<WireRecord, string>();

function haystack(record: WireRecord): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const { id, check, connection, user, kind, line } = record;
  const made = `${id} ${check ?? ''} ${connection ?? ''} ${user ?? ''} ${kind} ${line}`.toLowerCase();
  texts.set(record, made);
  return made;
}
