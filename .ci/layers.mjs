import { join } from 'node:path';
import { cruise, format } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

// The layers of lib, checked on every import of the tree. A cruise that saw too little is an error, not a pass:
// with a compiler it does not know, dependency-cruiser sees no module and finds nothing wrong.

const FOLDERS = ['lib', 'suites', 'fixtures', 'bench', 'vitest.config.ts'];
const FEWEST_MODULES = 150;
const FEWEST_DEPENDENCIES = 500;

process.exitCode = await checkLayers(process.cwd());

/** @param {string} root @returns {Promise<number>} the exit code */
async function checkLayers(root) {
  const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(FOLDERS, options, undefined, {
    tsConfig: extractTSConfig(join(root, 'tsconfig.json')),
  });
  if (typeof output === 'string') throw new TypeError('expected the result of the cruise, got a text');
  const modules = output.modules.filter(({ source }) => /^(lib|suites|fixtures|bench)\//.test(source));
  const dependencies = modules.reduce((sum, module) => sum + module.dependencies.length, 0);
  const report = await format(output, { outputType: 'err' });
  if (typeof report.output === 'string') process.stdout.write(`${report.output.trim()}\n`);
  if (modules.length < FEWEST_MODULES || dependencies < FEWEST_DEPENDENCIES) {
    process.stderr.write(
      `expected at least ${FEWEST_MODULES} modules of ours with ${FEWEST_DEPENDENCIES} imports, ` +
        `got ${modules.length} with ${dependencies}, in ${FOLDERS.join(', ')}.\n` +
        'Next: a cruise that sees nothing finds nothing; compare the versions of typescript and dependency-cruiser.\n',
    );
    return 1;
  }
  return output.summary.error === 0 && output.summary.warn === 0 ? 0 : 1;
}
