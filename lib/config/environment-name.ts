/** Words that teams call a deployment by, alone or with a number or a name beside them. */
export const ENVIRONMENT_WORDS = [
  'staging',
  'dev',
  'test',
  'qa',
  'uat',
  'preview',
  'stage',
  'stg',
  'development',
  'testing',
  'sandbox',
  'integration',
  'int',
  'ci',
  'e2e',
  'local',
  'demo',
  'canary',
  'perf',
  'load',
  'preprod',
  'nonprod',
  'prod',
  'production',
  'review',
  'feature',
  'pr',
  'env',
  'cluster',
  'acceptance',
  'rc',
  'release',
  'beta',
  'alpha',
] as const;

/** A secret has 16 characters at least (design.md §13.12): a shorter name needs no word that explains it. */
export const MOST_LETTERS_OF_ANY = 15;

/** True for what is a name of an environment, and not a passphrase that stands in its place. */
export function isEnvironmentName(text: string): boolean {
  if (text.length <= MOST_LETTERS_OF_ANY) return true;
  const words = text.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => ENVIRONMENT_WORDS.some((known) => word === known));
}
