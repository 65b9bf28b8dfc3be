/**
 * Returns the value of a header that means one value. A hop that repeats it joins equal ones, "a, a" (RFC 9110 §5.3), which say no
 * more than one; different ones stay the list that they are.
 */
export function foldRepeated(value: string): string {
  const [first = '', ...rest] = value.split(',').map((part) => part.trim());
  return rest.every((part) => part === first) ? first : value;
}

/** RFC 9110 §5.6.7: the form that every origin sends; it has a comma of its own. */
const IMF_FIXDATE = /^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/;

/** Returns the time of a `Date` header in epoch milliseconds, the first of repeated ones; NaN for what is no date. */
export function dateOf(value: string): number {
  return Date.parse(IMF_FIXDATE.exec(value)?.[0] ?? value);
}
