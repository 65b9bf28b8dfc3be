import { render } from 'preact';
import type { JSX } from 'preact';
import { forgetLink, onLink } from './links.ts';
import { duration, type Wire, type WireRecord } from './wire.ts';

/** Fills the dialog with the record that a link names, and gives the focus back when it is closed. */
export function recordDialog(dialog: HTMLDialogElement, wire: Wire): void {
  let before: Element | null = null;
  const show = (id: string): void => {
    const record = wire.find(id);
    render(
      record === null ? <Missing id={id} omitted={wire.omitted} /> : <Record record={record} wire={wire} />,
      dialog,
    );
    if (dialog.open) return;
    before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLButtonElement>('button[type=submit]')?.focus();
  };
  onLink('evidence', show);
  dialog.addEventListener('close', () => {
    forgetLink();
    if (before instanceof HTMLElement || before instanceof SVGElement) before.focus();
  });
  // A click on what lies behind the dialog.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function Missing({ id, omitted }: { readonly id: string; readonly omitted: number }): JSX.Element {
  return (
    <form method="dialog" class="record">
      <h2 id="record-title">{id}</h2>
      <p>
        {omitted === 0
          ? 'No record of this run has this id.'
          : `It is not on this page, which leaves out ${omitted} records: see evidence.ndjson.`}
      </p>
      <button type="submit">Close</button>
    </form>
  );
}

function Record({ record, wire }: { readonly record: WireRecord; readonly wire: Wire }): JSX.Element {
  const before = neighbour(record, wire, -1);
  const after = neighbour(record, wire, 1);
  return (
    <form
      method="dialog"
      class="record"
      onKeyDown={(event) => {
        const to = event.key === 'ArrowLeft' ? before : event.key === 'ArrowRight' ? after : null;
        if (to !== null) location.hash = `#evidence-${to.id}`;
      }}
    >
      <h2 id="record-title">
        {record.id} <span class="quiet">{record.kind}</span>
      </h2>
      <p class="claim">
        {record.bad ? <span class="word tone-bad">part of a violation</span> : null} {record.line}
      </p>
      <dl class="facts">
        <div>
          <dt>At</dt>
          <dd>{`${duration(record.atMs)} after the start of the run`}</dd>
        </div>
        {record.check === null ? null : (
          <div>
            <dt>Check</dt>
            <dd>
              <a
                href={`#check-${record.check}`}
                onClick={(event) => event.currentTarget.closest('dialog')?.close()}
              >
                {record.check}
              </a>
            </dd>
          </div>
        )}
        {record.connection === null ? null : (
          <div>
            <dt>Connection</dt>
            <dd>
              <code>{record.connection}</code>
            </dd>
          </div>
        )}
        {record.user === null ? null : (
          <div>
            <dt>User</dt>
            <dd>
              <code>{record.user}</code>
            </dd>
          </div>
        )}
      </dl>
      {record.text === null ? null : (
        <>
          <p class="label">{sizeText(record)}</p>
          <pre tabindex={0} aria-label="Redacted content">
            {indented(record.text)}
          </pre>
        </>
      )}
      <p class="steps">
        <Step to={before} text="Before" />
        <Step to={after} text="After" />
        <button type="submit">Close</button>
      </p>
    </form>
  );
}

function Step({ to, text }: { readonly to: WireRecord | null; readonly text: string }): JSX.Element {
  return (
    <button
      type="button"
      disabled={to === null}
      onClick={() => {
        if (to !== null) location.hash = `#evidence-${to.id}`;
      }}
    >
      {text}
    </button>
  );
}

/** The next record of the same connection, or of the same check when it has none. */
function neighbour(record: WireRecord, wire: Wire, step: 1 | -1): WireRecord | null {
  for (let at = record.index + step; at >= 0 && at < wire.length; at += step) {
    const other = wire.record(at);
    const isSame =
      record.connection === null ? other.check === record.check : other.connection === record.connection;
    if (isSame) return other;
  }
  return null;
}

function sizeText({ kind, size, text }: WireRecord): string {
  const held = text?.length ?? 0;
  const isFrame = kind === 'sent' || kind === 'received' || kind === 'event';
  if (isFrame) return `Redacted text, ${held} characters of a message of ${size} bytes`;
  return held < size ? `Redacted, first ${held} of ${size} characters` : `Redacted, ${size} characters`;
}

/** Indents JSON that may be cut anywhere, which no parser takes. */
function indented(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  let out = '';
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  const line = (): string => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const character of text) {
    if (isString) {
      out += character;
      if (isEscaped) isEscaped = false;
      else if (character === '\\') isEscaped = true;
      else if (character === '"') isString = false;
    } else if (character === '{' || character === '[') {
      depth += 1;
      out += character + line();
    } else if (character === '}' || character === ']') {
      depth -= 1;
      out += line() + character;
    } else if (character === ',') {
      out += character + line();
    } else if (character === ':') {
      out += ': ';
    } else {
      isString = character === '"';
      out += character;
    }
  }
  return out;
}
