import type { Facts } from './facts.ts';

/** Fewer tries per dose than this decide nothing. */
const MIN_TRIED = 2;
/** Difference of failure rates between the two ends that is more than chance at few tries. */
const MIN_STEP = 0.6;
const MIN_STEP_OF_CROWD = 0.3;

/** Records of series in which failures grow, fall or stay alike as the dose grows. */
export interface DoseShape {
  readonly rising: readonly string[];
  readonly falling: readonly string[];
  readonly flat: readonly string[];
  /** Jump up and down: no answer, neither for a dependence nor against one. */
  readonly unclear: readonly string[];
}

/** Sorts the dose-response series of one quantity by their shape; too few tries give none. */
export function doseShape(facts: Facts, quantity: Facts['doses'][number]['body']['quantity']): DoseShape {
  const shape = {
    rising: [] as string[],
    falling: [] as string[],
    flat: [] as string[],
    unclear: [] as string[],
  };
  for (const { id, body } of facts.doses) {
    if (body.quantity !== quantity) continue;
    const points = body.points
      .filter(({ tried }) => tried >= MIN_TRIED)
      .toSorted((a, b) => a.dose - b.dose)
      .map(({ tried, failed }) => failed / tried);
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined || points.length < 2) continue;
    const isMonotone = (sign: 1 | -1): boolean =>
      points.every((rate, at) => at === 0 || sign * (rate - (points[at - 1] ?? rate)) >= -0.35);
    const isClean = points.slice(0, -1).every((rate) => rate === 0);
    // Above a limit of connections only those fail that are too many.
    const step = quantity === 'open-connections' && isClean ? MIN_STEP_OF_CROWD : MIN_STEP;
    if (last - first >= step && isMonotone(1)) shape.rising.push(id);
    else if (first - last >= MIN_STEP && isMonotone(-1)) shape.falling.push(id);
    else if (Math.max(...points) - Math.min(...points) < MIN_STEP) shape.flat.push(id);
    else shape.unclear.push(id);
  }
  return shape;
}

/** A series as one line: dose and failures of tries. */
export function doseText(body: Facts['doses'][number]['body']): string {
  const unit = body.quantity === 'send-delay-ms' ? ' ms' : ' open';
  return body.points
    .map(({ dose, tried, failed }) => `${dose}${unit}: ${failed} of ${tried} failed`)
    .join('; ');
}
