import { createTokenSource } from '../../auth/token-source.ts';
import { createUser } from '../../auth/user.ts';
import { Ledger } from '../../evidence/ledger.ts';
import { systemClock } from '../../foundation/clock.ts';
import { Deadline } from '../../foundation/deadline.ts';
import { randomHex } from '../../foundation/random.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { createHttpClient } from '../../http/http-client.ts';
import { createExchange } from '../../http/token-exchange.ts';
import { hasFlag, type Invocation, textFlag } from '../launch/invocation.ts';
import { runOptions } from '../run/run-options.ts';
import { prepareTarget } from '../target/target.ts';

const BUDGET_MS = 30_000;

/** Gets one token and prints claims and fingerprint; the token itself only with `--reveal`. */
export async function token(invocation: Invocation): Promise<number> {
  const options = runOptions(invocation);
  await using target = await prepareTarget({ root: invocation.root, ...options });
  const { settings } = target;
  const secrets = new SecretIndex();
  const startedAt = systemClock.wallTime();
  const ledger = new Ledger({
    writer: 't',
    redact: (line) => secrets.redact(line),
    sink: () => {},
    runStartedAt: startedAt,
  });
  const recorder = ledger.recorder(null);
  const runId = `token-${randomHex(6)}`;
  await using auth = createHttpClient({
    baseUrl: settings.authServiceUrl,
    runId,
    secrets,
    ...(target.caPem === null ? {} : { caPem: target.caPem }),
  });
  const source = createTokenSource({ settings, recorder, secrets, exchange: createExchange(auth, recorder) });
  const name = textFlag(invocation, 'user') ?? 'analyst';
  using deadline = new Deadline(BUDGET_MS);
  const minted = await source.tokenFor(createUser(name, { runId }), { signal: deadline.signal });
  process.stdout.write(
    `${JSON.stringify({ source: minted.source, fingerprint: `sha256:${minted.fingerprint}`, claims: minted.claims }, null, 2)}\n`,
  );
  if (hasFlag(invocation, 'reveal')) process.stdout.write(`${minted.reveal()}\n`);
  return ExitCode.Go;
}
