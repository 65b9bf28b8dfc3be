/** A figure for people: three digits, a dash for none. */
export function figure(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
