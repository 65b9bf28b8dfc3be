import type { Setting } from './setting.ts';
import { SETTING_LIST } from './setting-catalogue.ts';

const MAX_WIDTH = 100;

/** Returns what applies when a setting is not set, as it stands in the help and in `.env.staging.example`. */
export function describeFallback(setting: Setting): string {
  switch (setting.fallback.kind) {
    case 'value':
      return setting.fallback.text === '' ? 'none' : setting.fallback.text;
    case 'rule':
      return setting.fallback.text;
    case 'none':
      return 'none';
  }
}

/** Returns the help on all settings: meaning, unit, default, when required, issuer and old names. */
export function settingsHelp(): string {
  const blocks = SETTING_LIST.map((setting) => {
    const facts = [
      setting.meaning,
      `unit: ${setting.unit}; default: ${describeFallback(setting)}`,
      `required: ${setting.requiredWhen ?? 'no'}; issued by ${setting.issuedBy}`,
      ...(setting.aliases.length === 0 ? [] : [`old names: ${setting.aliases.join(', ')}`]),
    ];
    return [setting.name, ...facts.flatMap(wrap).map((line) => `  ${line}`)].join('\n');
  });
  return `Settings of .env.NAME and of the process environment, which wins:\n\n${blocks.join('\n')}\n`;
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= MAX_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
