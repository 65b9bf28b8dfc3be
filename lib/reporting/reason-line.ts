import type { Decision } from '../gate/decision.ts';

const WITHOUT_DATA = /^threshold undecided: (.+?): .*got no data$/;

/** The reasons that name no check, one line each; thresholds without any data are one line, as one trouble took all of it. */
export function reasonLines({ reasons }: Pick<Decision, 'reasons'>): readonly string[] {
  // A fault of ours and a condition are told in words of their own.
  const told = reasons.filter(({ check, rule }) => check === null && rule !== 1 && rule !== 6);
  const mute = told.flatMap(({ text }) => WITHOUT_DATA.exec(text)?.[1] ?? []);
  const isFolded = mute.length > 1;
  return [
    ...told.filter(({ text }) => !isFolded || !WITHOUT_DATA.test(text)).map(({ text }) => `! ${text}`),
    ...(isFolded ? [`! ${mute.length} thresholds undecided, as they got no data: ${mute.join(', ')}`] : []),
  ];
}
