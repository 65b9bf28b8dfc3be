/** Below this a number is epoch seconds, from it on epoch milliseconds (1e11 s is the year 5138, 1e11 ms is 1973). */
const FIRST_MILLISECOND_VALUE = 100_000_000_000;
const MS_PER_DAY = 86_400_000;

/**
 * Reads a wire timestamp as epoch milliseconds: ISO 8601 text, epoch seconds or epoch milliseconds
 * (wire-contract.md §5.1, §10.9); a text without an offset is UTC. Null for anything else.
 */
export function parseTimestampMs(value: unknown): number | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null;
    return Math.abs(value) < FIRST_MILLISECOND_VALUE ? value * 1_000 : value;
  }
  return typeof value === 'string' ? parseIsoMs(value) : null;
}

/** Hand-written because `Date.parse` reads a text without an offset as local time, and costs more on the hot path. */
function parseIsoMs(text: string): number | null {
  if (text.length < 19 || text.length > 40) return null;
  const separator = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    (separator !== 84 && separator !== 116 && separator !== 32) ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  ) {
    return null;
  }
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // NaN fails every comparison, so a part that is not all digits ends here.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
  if (!(hour <= 24 && minute <= 59 && second <= 60)) return null;

  let position = 19;
  let fractionMs = 0;
  if (text.charCodeAt(position) === 46) {
    position += 1;
    let weight = 100;
    const start = position;
    for (; isDigit(text.charCodeAt(position)); position += 1) {
      fractionMs += (text.charCodeAt(position) - 48) * weight;
      weight /= 10;
    }
    if (position === start) return null;
  }
  const offsetMs = parseOffsetMs(text, position);
  if (offsetMs === null) return null;
  const timeMs = ((hour * 60 + minute) * 60 + second) * 1_000 + Math.floor(fractionMs);
  return daysSinceEpoch(year, month, day) * MS_PER_DAY + timeMs - offsetMs;
}

function parseOffsetMs(text: string, position: number): number | null {
  if (position === text.length) return 0;
  const sign = text.charCodeAt(position);
  if (sign === 90 || sign === 122) return position + 1 === text.length ? 0 : null;
  if (sign !== 43 && sign !== 45) return null;
  const hours = digits(text, position + 1, position + 3);
  const colon = text.charCodeAt(position + 3) === 58 ? 1 : 0;
  const minutes = digits(text, position + 3 + colon, position + 5 + colon);
  if (!(hours <= 23 && minutes <= 59) || text.length !== position + 5 + colon) return null;
  const offsetMs = (hours * 60 + minutes) * 60_000;
  return sign === 45 ? -offsetMs : offsetMs;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years begin in March so that the leap day is the last one. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let position = from; position < to; position += 1) {
    const code = text.charCodeAt(position);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
