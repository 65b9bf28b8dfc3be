import { COMMANDS, COMMANDS_NOT_BUILT } from './command-table.mjs';

/** What the exit code of a command that judges says (design.md §5). */
const EXIT_CODES = [
  'exit code  0 GO · 1 NO-GO · 2 CONDITIONAL GO · 3 INCONCLUSIVE, the target was not judged',
  '           64 usage or settings, before any packet · 70 the harness itself · 129, 130, 143 interrupted',
];

/** The help on one command; on all of them when none is named or there is no such. @param {string} [command] @returns {string} */
export function helpText(command) {
  const spec = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (command === undefined || spec === undefined) {
    const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
    return [
      'Usage: npm run stagegate -- COMMAND [flags]     (npm test [-- flags] is COMMAND run)',
      '',
      ...lines,
      '',
      `Not built yet: ${COMMANDS_NOT_BUILT.join(', ')}.`,
      'Help for one command: npm run stagegate -- COMMAND --help',
    ].join('\n');
  }
  const rows = Object.entries(spec.flags).map(
    /** @returns {[string, string]} */ ([name, flag]) => {
      const short = flag.short === undefined ? '' : `-${flag.short}, `;
      const more = flag.multiple === true ? '; may be repeated' : '';
      return [`  ${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, flag.help + more];
    },
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  const words = [spec.positionals, rows.length === 0 ? undefined : '[flags]'].filter(
    (word) => word !== undefined,
  );
  return [
    `stagegate ${command}${spec.positionals === undefined ? '' : ` ${spec.positionals}`}: ${spec.summary}`,
    '',
    `Usage: ${command === 'run' ? 'npm test --' : `npm run stagegate -- ${command}`} ${words.join(' ')}`,
    ...(spec.about ?? []).map((line) => `       ${line}`),
    '',
    ...rows.map(([left, help]) => left.padEnd(width) + help),
    ...(rows.length === 0 ? [] : ['']),
    ...(spec.exits ?? EXIT_CODES),
  ].join('\n');
}
