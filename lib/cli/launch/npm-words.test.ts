import { describe, expect, test } from 'vitest';
import { COMMANDS } from './command-table.mjs';
import { wordsTakenByNpm } from './npm-words.mjs';

/** What npm itself puts into the environment of a script. */
const OF_NPM = {
  npm_config_loglevel: 'error',
  npm_config_cache: 'cache',
  npm_config_jobs: '4',
  npm_config_user_agent: 'npm/11',
  npm_package_version: '0.1.0',
};

describe('words in front of --', () => {
  test.each([
    ['run', { npm_config_smoke: 'true' }, '--smoke', 'npm test -- --smoke'],
    ['run', { npm_config_env: 'staging' }, '--env', 'npm test -- --env'],
    ['run', { npm_config_probes: '' }, '--no-probes', 'npm test -- --no-probes'],
    ['run', { npm_config_time_scale: 'true' }, '--time-scale', 'npm test -- --time-scale'],
    ['doctor', { npm_config_wait: '60' }, '--wait', 'npm run stagegate -- doctor --wait'],
    ['prove', { npm_config_fault: 'x' }, '--fault', 'npm run prove -- --fault'],
  ])('are found for %s in %o', (command, environment, flag, next) => {
    const problem = wordsTakenByNpm(command, [], { ...OF_NPM, ...environment });

    expect(problem?.text).toContain(`got ${flag} in front of it`);
    expect(problem?.next).toContain(next);
  });

  test.each(Object.keys(COMMANDS))('are not seen in what npm itself sets, for %s', (command) => {
    expect(wordsTakenByNpm(command, [], OF_NPM)).toBeNull();
  });

  test('are forgiven where the flag arrived as well', () => {
    const environment = { npm_config_env: 'staging', npm_config_fault: 'x' };

    expect(wordsTakenByNpm('run', ['--env', 'staging', '--fault=x'], environment)).toBeNull();
  });
});
