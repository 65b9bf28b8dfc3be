import { must, never } from '../build.ts';
import type { ExchangeFact } from '../exchange-fact.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { exchangeIds } from '../selection.ts';
import { whether } from '../sighting.ts';

/** Answers begin and are ended before they are whole: a length that does not fit its body, or a hop that closes. */
export const ANSWER_CUT_OFF: Hypothesis = {
  name: 'ANSWER_CUT_OFF',
  title: 'answers over HTTP begin and are cut off in their body',
  owner: 'infrastructure',
  remedy:
    'Ask the service behind the last hop for the cited answers: whole there, a hop changes them or closes too early (Content-Length, compression, buffers); cut there, the service ends them.',
  outranks: false,
  predictions: [
    must(
      'connections are made, a status comes, and the body ends before it is whole',
      (facts) => whether(exchangeIds(cut(facts.exchanges))),
      undefined,
      0.85,
    ),
    never('connections are refused too: what was cut off was the end of a service', (facts) =>
      whether(facts.allExchanges.some((one) => isRefused(one)) ? exchangeIds(cut(facts.exchanges)) : []),
    ),
  ],
  explains: ({ rule, evidence }, facts) => {
    const ids = exchangeIds(cut(facts.exchanges));
    return (rule === null || rule === 'API-UNFINISHED') && evidence.some((id) => ids.includes(id));
  },
  brings: [],
};

/** Headers had come: what failed in the body was neither refused nor silent. */
function isCutOff({ outcome, phase }: ExchangeFact): boolean {
  return outcome === 'failed' && phase === 'body';
}

function cut(exchanges: Facts['exchanges']): readonly ExchangeFact[] {
  return exchanges.filter((exchange) => isCutOff(exchange));
}

/** Nobody takes connections any more: then what was cut off was the end of the service. */
function isRefused({ code }: ExchangeFact): boolean {
  return code === 'ECONNREFUSED';
}
