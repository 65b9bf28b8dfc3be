import { type JSX, render } from 'preact';
import { Checks } from './checks.tsx';
import { EvidenceList } from './evidence-list.tsx';
import { Latency } from './latency.tsx';
import { linkTo, listenToLinks } from './links.ts';
import type { PageData } from './page-data.ts';
import { recordDialog } from './record-dialog.tsx';
import { Service } from './service.tsx';
import { Timelines } from './timelines.tsx';
import { Wire } from './wire.ts';

const data = readData();
if (data !== null) start(data);

function start(read: PageData): void {
  const wire = new Wire(read);
  fill('checks-app', <Checks checks={read.checks} wire={wire} />);
  fill('timelines-app', <Timelines checks={read.checks} wire={wire} />);
  fill('latency-app', <Latency rows={read.latency} />);
  fill('service-app', <Service service={read.service} />);
  fill('evidence-app', <EvidenceList wire={wire} />);
  const dialog = document.querySelector<HTMLDialogElement>('#record');
  if (dialog !== null) recordDialog(dialog, wire);
  listenToLinks();
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || isTyping(event.target)) return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>('#check-filter')?.focus();
  });
  document.documentElement.dataset['ready'] = 'yes';
  linkTo(location.hash);
}

function fill(id: string, content: JSX.Element): void {
  const place = document.querySelector(`#${id}`);
  if (place === null) return;
  place.replaceChildren();
  render(content, place);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

function readData(): PageData | null {
  const text = document.querySelector('#data')?.textContent ?? '';
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  return isPageData(parsed) ? parsed : null;
}

/** What lib/reporting/html wrote into this very file; no other file comes here. */
function isPageData(value: unknown): value is PageData {
  return typeof value === 'object' && value !== null && 'wire' in value && 'checks' in value;
}
