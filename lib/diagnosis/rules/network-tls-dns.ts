import { must, never } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exchangeIds, httpServing, idsOf } from '../selection.ts';
import { whether } from '../sighting.ts';

/** Codes of a network that does not carry us there; a refused connection is a host that answers. */
const UNREACHABLE: readonly string[] = ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];

/** The way to the target is broken, or its certificate is. */
export const NETWORK_TLS_DNS: Hypothesis = {
  name: 'NETWORK_TLS_DNS',
  title: 'the target cannot be reached safely: name, route or certificate',
  owner: 'infrastructure',
  remedy:
    'Check the DNS record, the route and the certificate (host names, chain, expiry) from where the run was made.',
  outranks: false,
  predictions: [
    must(
      'a name, a route or a certificate fails before any request',
      (facts) => whether(failures(facts)),
      undefined,
      0.9,
    ),
    never('the same host answers requests', (facts) =>
      facts.rung('dns', 'undecided').length > 0 || facts.rung('transport', 'broken', 'undecided').length > 0
        ? whether([])
        : whether(exchangeIds(httpServing(facts))),
    ),
  ],
  explains: ({ rule, rung, unanswered }) =>
    ['HLT-TLS', 'HLT-DNS', 'HLT-TCP'].includes(rule ?? '') ||
    rung === 'dns' ||
    rung === 'transport' ||
    (rule === null && unanswered),
  brings: [],
};

function failures(facts: Facts): readonly string[] {
  const http = facts.exchanges.filter(
    ({ phase, code, outcome }) =>
      outcome === 'failed' && (phase === 'dns' || phase === 'tls' || UNREACHABLE.includes(code ?? '')),
  );
  const sockets = facts.sessions.filter(
    ({ failure }) =>
      failure !== null &&
      (failure.phase === 'dns' || failure.phase === 'tls' || UNREACHABLE.includes(failure.code ?? '')),
  );
  return [
    ...facts.rung('dns', 'undecided', 'broken'),
    ...facts.rung('transport', 'undecided', 'broken'),
    ...exchangeIds(http),
    ...idsOf(sockets),
  ];
}
