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
