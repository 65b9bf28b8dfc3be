import { STOP_SIGNALS } from '../../foundation/stop-signal.ts';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { HarnessError } from '../../foundation/errors.ts';
import { randomSeed } from '../../foundation/random.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { type EmbeddedBackend, startBackend } from '../target/embedded-backend.ts';
import { backendFaults } from '../target/fault-catalogue.ts';
import { hasFlag, type Invocation, listFlag, numberFlag, textFlag } from '../launch/invocation.ts';

/** Serves the reference backend until it is stopped; `--write-env` leaves the settings that reach it. */
export async function backend(invocation: Invocation): Promise<number> {
  if (hasFlag(invocation, 'list-faults')) return listFaults(invocation);
  const file = textFlag(invocation, 'write-env');
  const path = file === null ? null : resolve(invocation.root, file);
  if (path !== null) refuseForeignFile(path);
  const port = numberFlag(invocation, 'port');
  const authPort = numberFlag(invocation, 'auth-port');
  const as = textFlag(invocation, 'as');
  await using server = await startBackend({
    root: invocation.root,
    faults: listFlag(invocation, 'fault'),
    seed: numberFlag(invocation, 'seed') ?? randomSeed(),
    timeScale: numberFlag(invocation, 'time-scale') ?? 1,
    ...(port === null ? {} : { port }),
    ...(authPort === null ? {} : { authPort }),
    ...(as === null ? {} : { as }),
    tls: hasFlag(invocation, 'tls'),
  });
  if (path !== null) writeFileAtomic(path, settingsFile(server), 0o600);
  process.stdout.write(
    [
      `backend       ${server.backendUrl}`,
      `auth service  ${server.authServiceUrl}`,
      `websocket     ${server.websocketUrl}`,
      `revision      ${server.revision}`,
      file === null ? 'settings      not written (use --write-env .env.staging)' : `settings      ${file}`,
      'Stop it with Ctrl-C.',
      '',
    ].join('\n'),
  );
  const stopped = new Promise<number>((done) => {
    for (const name of STOP_SIGNALS) process.once(name, () => done(ExitCode.Go));
  });
  // Awaited here: a returned promise would dispose the server at once.
  return await Promise.race([stopped, server.exited.then((code) => endedEarly(code))]);
}

function endedEarly(code: number | null): never {
  throw new HarnessError(
    'BACKEND_START_FAILED',
    `the reference backend ended by itself (exit ${code ?? 'by signal'})`,
  );
}

const MARK = '# Written by `stagegate backend`: the keys are of this one process and end with it.';

/** A file that somebody filled in by hand is not ours to replace. @throws {HarnessError} `USAGE`. */
function refuseForeignFile(path: string): void {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (entry.isFile() && readFileSync(path, 'utf8').startsWith(MARK)) return;
  throw new HarnessError(
    'USAGE',
    `expected no file at ${path}, or one written by this command, got another one`,
    {
      next: 'Move it away, or name another file with --write-env.',
    },
  );
}

/** The settings as a file: the keys of this server only, readable by its owner only. */
function settingsFile(server: EmbeddedBackend): string {
  return [
    MARK,
    `ENVIRONMENT=${server.environment}`,
    `BACKEND_URL=${server.backendUrl}`,
    `AUTH_SERVICE_URL=${server.authServiceUrl}`,
    `WEBSOCKET_URL=${server.websocketUrl}`,
    `E2E_OAUTH_SIMULATION_KEY=${server.bypassKey.reveal()}`,
    `JWT_SECRET_KEY=${server.jwtSecretKey.reveal()}`,
    `EXPECTED_REVISION=${server.revision}`,
    `TIME_SCALE=${server.timeScale}`,
    ...(server.caFile === null ? [] : [`CA_FILE=${server.caFile}`]),
    '',
  ].join('\n');
}

function listFaults(invocation: Invocation): number {
  const rows = backendFaults(invocation.root).map(({ name, summary, parameter }) => {
    const suffix = parameter === null ? '' : `=${parameter.name.toUpperCase()}`;
    return `${(name + suffix).padEnd(36)} ${summary}`;
  });
  process.stdout.write(`${rows.join('\n')}\n`);
  return ExitCode.Go;
}
