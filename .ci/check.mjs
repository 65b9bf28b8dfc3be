import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Runs the tools that check this project, two at a time, each to its end whatever the others say:
// node .ci/check.mjs [script of package.json]...

/** Scripts of package.json, the longest first, so that two cores end together. */
const JOBS = [
  // One name a line: the self-test of this runner looks each of them up in package.json.
  'prove:smallest',
  'test:unit',
  'test:selftest',
  'lint',
  'types',
  'types:page',
  'layers',
  'deadcode',
  'format:check',
  'plan:check',
];
const CONCURRENT_JOBS = 2;
const LONGEST_JOB_MS = 10 * 60_000;

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
/** @type {Set<number>} process groups that are still at work */
const groups = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    for (const group of groups) endGroup(group);
    // With the handler gone the same signal ends this process as it should.
    process.kill(process.pid, signal);
  });
}
process.exitCode = await checkAll(process.argv.length > 2 ? process.argv.slice(2) : JOBS);

/** @param {readonly string[]} names @returns {Promise<number>} the exit code */
async function checkAll(names) {
  const { scripts } = /** @type {{ scripts: Record<string, string> }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  );
  const jobs = names.map((name) => {
    const command = scripts[name];
    if (command === undefined) throw new TypeError(`expected a script of package.json, got ${name}`);
    return { name, command };
  });
  const waiting = [...jobs];
  /** @type {{ name: string, isOk: boolean, seconds: string }[]} */
  const results = [];
  /** What the failed jobs printed: last, where it is looked for. @type {string[]} */
  const red = [];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const { isOk, output, seconds } = await run(job.command);
      const told = `\n--- ${job.name}: ${job.command}\n${output.trim()}\n`;
      if (isOk) process.stdout.write(told);
      else red.push(told);
      results.push({ name: job.name, isOk, seconds });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_JOBS }, work));
  for (const told of red) process.stdout.write(told);
  const width = Math.max(...names.map((name) => name.length));
  const lines = results
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
    .map(({ name, isOk, seconds }) => `${name.padEnd(width)}  ${isOk ? 'ok    ' : 'FAILED'}  ${seconds} s`);
  const failed = results.filter(({ isOk }) => !isOk).length;
  process.stdout.write(`\n${lines.join('\n')}\n${results.length - failed} passed, ${failed} failed\n`);
  return failed === 0 && results.length === jobs.length && jobs.length > 0 ? 0 : 1;
}

/** @param {string} command @returns {Promise<{ isOk: boolean, output: string, seconds: string }>} */
async function run(command) {
  const startedAtMs = performance.now();
  // A group of its own: a tool that hangs is ended together with what it started.
  const child = spawn(command, {
    cwd: root,
    shell: true,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  const group = child.pid;
  if (group !== undefined) groups.add(group);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
  }
  const limit = setTimeout(() => {
    output += `\nexpected an end within ${LONGEST_JOB_MS / 60_000} min; the job was ended`;
    if (group !== undefined) endGroup(group);
  }, LONGEST_JOB_MS);
  /** @type {number | null} */
  const code = await new Promise((/** @type {(code: number | null) => void} */ resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  clearTimeout(limit);
  if (group !== undefined) groups.delete(group);
  return { isOk: code === 0, output, seconds: ((performance.now() - startedAtMs) / 1_000).toFixed(1) };
}

/** @param {number} group */
function endGroup(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // ESRCH: it ended by itself meanwhile.
  }
}
