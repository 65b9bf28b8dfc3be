import { z } from 'zod';

/** Elements whose text stands on a line of its own; those within a line, such as `b` and `span`, part nothing. */
const BLOCKS =
  'address|article|aside|blockquote|br|caption|dd|details|dialog|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|thead|tr|ul';
/** Cells of a table are read one after the other on one line. */
const CELLS = 'td|th|button|option|label';

/**
 * What a reader of an HTML report is told: its markup as text, line by line, and the texts that its script shows. Records of
 * what was seen (`wire`) are left out: they quote the target. Figures that the script draws are no text.
 */
export function pageText(html: string): string {
  const data = [...html.matchAll(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/gi)];
  const markup = html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, '')
    .replaceAll(new RegExp(`</?(?:${BLOCKS})\\b[^>]*>`, 'gi'), '\n')
    .replaceAll(new RegExp(`</?(?:${CELLS})\\b[^>]*>`, 'gi'), ' ')
    .replaceAll(/<[^>]*>/g, '');
  return [unescaped(markup), ...data.flatMap(([, json]) => shownBy(json ?? ''))].join('\n');
}

const dataSchema = z.record(z.string(), z.unknown());
/** What the script shows only as the quotation that it is. */
const QUOTED: readonly string[] = ['wire'];

function shownBy(json: string): readonly string[] {
  const data = dataSchema.safeParse(JSON.parse(json));
  if (!data.success) return [];
  return Object.entries(data.data).flatMap(([name, value]) => (QUOTED.includes(name) ? [] : texts(value)));
}

/** Every text in a value; names of members are no statements. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member: unknown) => texts(member));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16));
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal));
    return ENTITIES.get(String(name).toLowerCase()) ?? whole;
  });
}
