import { readProcessEnvironment } from './process-environment.ts';

/** What GitHub Actions offers a step; null elsewhere. */
export interface GithubStep {
  /** File whose Markdown is shown on the page of the job. */
  readonly summaryFile: string | null;
  /** File that takes `name=value` lines for later steps. */
  readonly outputFile: string | null;
}

/** Tells whether this runs as a step of GitHub Actions, and where its files are. */
export function githubStep(environment = readProcessEnvironment()): GithubStep | null {
  if (environment['GITHUB_ACTIONS'] !== 'true') return null;
  const file = (name: string): string | null => {
    const path = environment[name];
    return path === undefined || path === '' ? null : path;
  };
  return { summaryFile: file('GITHUB_STEP_SUMMARY'), outputFile: file('GITHUB_OUTPUT') };
}

/** Where pipelines tell which attempt of a job this is, and what they call the first. Others, such as GitLab, tell none. */
const ATTEMPTS = [
  { variable: 'GITHUB_RUN_ATTEMPT', first: 1 },
  { variable: 'SYSTEM_JOBATTEMPT', first: 1 },
  { variable: 'BUILDKITE_RETRY_COUNT', first: 0 },
] as const;

/** The attempt of the pipeline's job that this run is, counted from 1; null where no variable tells it. */
export function ciAttempt(
  environment = readProcessEnvironment(),
): { readonly variable: string; readonly number: number } | null {
  for (const { variable, first } of ATTEMPTS) {
    const text = environment[variable] ?? '';
    if (/^\d{1,6}$/.test(text)) return { variable, number: Math.max(1, Number(text) - first + 1) };
  }
  return null;
}
