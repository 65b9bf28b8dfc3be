import type { RuleFamily } from './rule-text.ts';

/** Opening handshake, session, closing handshake and resilience of connections (wire-contract.md §2, §3, §8.3, §12). */
export const WEBSOCKET_RULES = {
  'WS-HANDSHAKE-REFUSED': {
    title: 'opening handshake refused',
    meaning: 'A client with a valid token and a known path is answered 101.',
    usualCause: 'Authentication, a wrong path, a proxy that drops the upgrade, or a service that is down.',
    nextStep: 'Read the HTTP status with the table of wire-contract.md §2.10; compare with the HTTP control.',
  },
  'WS-HANDSHAKE-FAILED': {
    title: 'opening handshake failed',
    meaning: 'The opening handshake ends with an HTTP answer.',
    usualCause: 'DNS, TCP or TLS failure, or the answer is not a legal handshake.',
    nextStep: 'Look at the phase and cause in the handshake record.',
  },
  'WS-UPGRADE-INVALID': {
    title: '101 answer is no legal handshake',
    meaning:
      'A 101 answer carries `Upgrade: websocket`, `Connection: Upgrade`, the right `Sec-WebSocket-Accept` and no extension that was not offered (RFC 6455 §4.2.2).',
    usualCause: 'A proxy that rewrites or drops headers, or a hand-made handshake.',
    nextStep: 'Compare the headers of the handshake record with a direct connection to the origin.',
  },
  'WS-MALFORMED-ACCEPTED': {
    title: 'malformed opening handshake accepted',
    meaning: 'An opening handshake that breaks RFC 6455 §4.2.1 is refused with an HTTP status that says so.',
    usualCause: 'A hand-made handshake, or a proxy that repairs what it forwards.',
    nextStep: 'Send the same request to the origin; compare the answers.',
  },
  'WS-PATH-SERVES-HTTP': {
    title: 'WebSocket path answers plain HTTP',
    meaning: 'A plain request of the WebSocket path is refused: success there would hide a lost upgrade.',
    usualCause: 'A catch-all route of the web application in front of the socket.',
    nextStep: 'Read the body that was served: it names the application.',
  },
  'WS-SUBPROTOCOL-UNKNOWN': {
    title: 'unknown subprotocol agreed to',
    meaning: 'The agreed subprotocol is one that the target speaks (RFC 6455 §4.2.2).',
    usualCause: 'The first offered name is echoed without a look at it.',
    nextStep: 'Offer a known name behind an unknown one and compare.',
  },
  'WS-UNMASKED-ACCEPTED': {
    title: 'frame without a mask accepted',
    meaning: 'A server ends the connection when a frame of the client is not masked (RFC 6455 §5.1).',
    usualCause: 'A frame parser that ignores the mask bit.',
    nextStep: 'Look for a proxy that speaks to the origin in frames of its own.',
  },
  'WS-SUBPROTOCOL-NOT-ECHOED': {
    title: 'no subprotocol echoed',
    meaning: 'A target that is offered a supported subprotocol answers with one of those offered.',
    usualCause: 'An older generation, or a proxy that strips the header.',
    nextStep: 'Offer `jwt-auth` beside the token form; compare with a direct connection to the origin.',
  },
  'WS-SUBPROTOCOL-NOT-OFFERED': {
    title: 'echoed subprotocol was not offered',
    meaning: 'The echoed subprotocol is one that the client offered (RFC 6455 §4.1).',
    usualCause: 'A constant in the accept call.',
    nextStep: 'Compare the offered names with the echoed one.',
  },
  'WS-TRANSPORT-NOT-SERVED': {
    title: 'auth transport not served',
    meaning: 'Every declared way to carry the token opens a session, and turns run on it as on any other.',
    usualCause:
      'A proxy strips or replaces the header, one extraction path is broken, or messages of such a session reach no handler.',
    nextStep: 'Compare the transports: one that works with the same token rules the token out.',
  },
  'WS-BROWSER-NOT-SERVED': {
    title: 'browser not served',
    meaning:
      'An opening with what every browser sends (Origin, an offer of permessage-deflate, its User-Agent) is served as one without it is, up to the end of a turn.',
    usualCause:
      'A hop in front, or a list of allowed origins, that refuses what only browsers send: other clients see nothing of it.',
    nextStep:
      'Let the load balancer, gateway or origin list take the part that is named (Origin: is WEBSOCKET_ORIGIN that of your web app?); the records show the headers of each opening that was tried.',
  },
  'WS-COMPRESSION-BROKEN': {
    title: 'compression offered, session broken',
    meaning:
      'Where permessage-deflate is offered, the target declines it or speaks it: every message inflates to what was meant, within our limit of a message (RFC 7692 §6, §7).',
    usualCause:
      'A hop that drops or adds Sec-WebSocket-Extensions in the 101 answer, or two that both compress.',
    nextStep:
      'Open with the same offer at the origin, without the hop; or switch permessage-deflate off on both sides.',
  },
  'WS-WELCOME-MISSING': {
    title: 'no welcome',
    meaning: 'An accepted connection is welcomed.',
    usualCause: 'Creating the session failed silently, or the frame was lost.',
    nextStep: 'Look at what came instead: an error frame, a close, or nothing.',
  },
  'WS-WELCOME-SHAPE': {
    title: 'welcome has another shape',
    meaning:
      'The welcome has the declared shape; canonical is `connection_established` with its ids at the root.',
    usualCause: 'Another generation of the backend.',
    nextStep: 'Compare the variant with the generation of the target.',
  },
  'WS-SESSION-HANDSHAKE': {
    title: 'session handshake out of order',
    meaning:
      'Welcome, `handshake_response`, our acknowledgement, `handshake_complete`, in this order and with one thread.',
    usualCause: 'Another generation of the backend, or a race at session start.',
    nextStep: 'Read the first frames of the connection in the ledger.',
  },
  'WS-REFUSAL-FORM': {
    title: 'refused in an undeclared form',
    meaning: 'A target refuses identities in exactly one declared form (docs/PROTOCOL.md).',
    usualCause: 'The refusal path crashes (1011), or the close is sent before the accept (403).',
    nextStep: 'Compare the observed form with the declared one and with the generation of the target.',
  },
  'WS-CLOSED-BY-TARGET': {
    title: 'target closed a healthy connection',
    meaning: 'The target keeps a legal connection open until the client closes it.',
    usualCause: 'A crash of the message loop, a rollover, or a limit.',
    nextStep: 'Read the close code, its reason and the milliseconds since open.',
  },
  'WS-CLOSE-INTERNAL-ERROR': {
    title: 'close code 1011',
    meaning: 'A legal session does not end in close code 1011.',
    usualCause: 'An unhandled error of the handler, or services that are not ready.',
    nextStep: 'Compare with readiness and revision at that moment before you name a cause.',
  },
  'WS-CLOSE-ABNORMAL': {
    title: 'connection ended without a close frame',
    meaning: 'A connection ends with the closing handshake (RFC 6455 §7.1).',
    usualCause: 'A crash of the process, a proxy timeout, or an illegal close code or reason on the server.',
    nextStep: 'Look at the milliseconds since open and since the last message.',
  },
  'WS-CLOSE-CODE': {
    title: 'unexpected close code',
    meaning: 'A connection ends with the close code the contract names for this situation.',
    usualCause: 'Another code path closes the connection.',
    nextStep: 'Look the code and its reason up in docs/PROTOCOL.md.',
  },
  'WS-CLOSE-CODE-INVALID': {
    title: 'illegal close code on the wire',
    meaning: 'Close codes on the wire are legal (RFC 6455 §7.4).',
    usualCause: 'An HTTP status is used as a close code.',
    nextStep: 'Map statuses to close codes before closing.',
  },
  'WS-CLOSE-REASON-EMPTY': {
    title: 'close frame without a reason',
    meaning: 'A close that is not normal says why.',
    usualCause: 'The close call has no reason argument.',
    nextStep: 'Add a reason of at most 123 bytes without any secret.',
  },
  'WS-CLOSE-UNANSWERED': {
    title: 'closing handshake not answered',
    meaning: 'A close frame is answered by a close frame (RFC 6455 §5.5.1).',
    usualCause: 'The receive loop is blocked or gone.',
    nextStep: 'Check whether the connection still answers pings.',
  },
  'WS-PONG-MISSING': {
    title: 'ping not answered',
    meaning: 'A ping is answered by a pong (RFC 6455 §5.5.3), an application `ping` by `pong`.',
    usualCause: 'The connection is half open, or the message loop is blocked.',
    nextStep: 'Compare protocol and application level; look for heartbeats.',
  },
  'WS-HALF-OPEN': {
    title: 'connection is open but dead',
    meaning: 'An open connection shows life: answers, heartbeats or pongs.',
    usualCause: 'The peer is gone without a close, or its event loop is blocked.',
    nextStep: 'Look at the last message in each direction.',
  },
  'WS-IDLE-CUT': {
    title: 'idle connection cut',
    meaning: 'An idle connection survives the declared idle time.',
    usualCause: 'The idle timeout of a proxy or load balancer.',
    nextStep: 'Compare the lifetimes of several connections: a constant is a timeout.',
  },
  'WS-PING-FLOOD': {
    title: 'flood of pings',
    meaning: 'Pings come at the declared interval.',
    usualCause: 'A keepalive loop without a delay.',
    nextStep: 'Look at the rate of pings in the ledger.',
  },
  'WS-INVALID-UTF8': {
    title: 'text message is not UTF-8',
    meaning: 'Text messages are valid UTF-8 (RFC 6455 §8.1).',
    usualCause: 'Raw bytes are sent as text, or a character is cut in half.',
    nextStep: 'Find the emitter that cuts strings by bytes.',
  },
  'WS-MESSAGE-TOO-BIG': {
    title: 'message above the limit',
    meaning: 'Messages stay below the size limit of the client.',
    usualCause: 'A whole document is put into one event.',
    nextStep: 'Look at the size of the message in the close record.',
  },
  'WS-MESSAGE-LIMIT-IGNORED': {
    title: 'oversize message accepted',
    meaning: 'A client message above the declared limit ends in close code 1009.',
    usualCause: 'The advertised limit is not enforced (wire-contract.md §7.7).',
    nextStep: 'Compare the limit of the server with the advertised one.',
  },
  'WS-PROTOCOL-ERROR': {
    title: 'frame breaks RFC 6455',
    meaning: 'Every frame follows RFC 6455 §5.',
    usualCause: 'A proxy or a hand-made frame writer.',
    nextStep: 'Read the parser error in the close record.',
  },
  'WS-EARLY-SEND-CLOSED': {
    title: 'early message ends the connection',
    meaning: 'A message sent right after open, or before the welcome, does not end the connection.',
    usualCause: 'The handler is entered before its state exists.',
    nextStep: 'Look at the dose-response table: failures against the delay of the first message.',
  },
  'WS-MESSAGE-LOST': {
    title: 'client message had no effect',
    meaning: 'Every legal client message is answered, also one sent before the welcome.',
    usualCause: 'Messages that arrive before the handlers are registered are dropped.',
    nextStep: 'Repeat with a delay; compare the answer rates.',
  },
  'WS-BAD-MESSAGE-CLOSED': {
    title: 'illegal client message ends the connection',
    meaning: 'An illegal client message is answered by an error frame and the connection stays open.',
    usualCause: 'The parse error is not caught in the message loop.',
    nextStep: 'Read the close code and reason that followed the message.',
  },
  'WS-BAD-MESSAGE-IGNORED': {
    title: 'illegal client message not answered',
    meaning: 'An illegal client message is answered by an error frame.',
    usualCause: 'The handler returns without an answer (wire-contract.md §4.2).',
    nextStep: 'Send a legal message next, to see that the connection is alive.',
  },
  'WS-CONNECTION-LEAK': {
    title: 'closed connections are still counted',
    meaning: 'The number of open connections falls again when clients close theirs.',
    usualCause: 'The close handler does not run, or the registry keeps the connection.',
    nextStep: 'Compare what the target counts with the close records of the ledger.',
  },
  'WS-NEIGHBOUR-DISTURBED': {
    title: 'the end of one connection disturbs another',
    meaning: 'A connection that dies in the middle of a turn leaves the turns of others alone.',
    usualCause: 'An unhandled error of one session ends the worker or a shared loop.',
    nextStep: 'Read how the connections of the others ended, and when.',
  },
  'WS-RECONNECT-REFUSED': {
    title: 'reconnect refused',
    meaning: 'A client may connect again at once with the same token.',
    usualCause: 'The old session still counts, or the token is treated as used.',
    nextStep: 'Compare with a fresh token and with a delay.',
  },
  'WS-RESUME-LOST': {
    title: 'history lost on reconnect',
    meaning: 'Messages of a thread are still there after a reconnect.',
    usualCause: 'State lives in one instance, or was never stored.',
    nextStep: 'Read the thread over the API; look at session affinity.',
  },
  'WS-CONNECT-RATE': {
    title: 'too few connections succeed',
    meaning: 'At least the declared share of connection attempts succeeds (default 0.95 of n ≥ 20).',
    usualCause: 'An intermittent failure of one instance, or a limit.',
    nextStep: 'Group the failures by status, close code and peer.',
  },
  'WS-CONCURRENCY': {
    title: 'fails under concurrency',
    meaning: 'The declared number of users is served at once.',
    usualCause: 'A connection limit, a pool, or shared state.',
    nextStep: 'Find the number of users at which it starts to fail.',
  },
  'WS-RATE-LIMITED': {
    title: 'rate limit below the promise',
    meaning: 'A client within the declared rate is not limited.',
    usualCause: 'A rate limit of a proxy or of the service.',
    nextStep: 'Compare our request rate in the ledger with the limit.',
  },
  'WS-PATH-NOT-SERVED': {
    title: 'second socket path not served',
    meaning: 'Sockets are the same at both published paths: a valid token is welcomed, and turns run.',
    usualCause: 'A rule of the load balancer or a route names one path and was forgotten for the other.',
    nextStep:
      'Compare the routes of both paths, in front of the target and in it. A target without the second path declares the capability second-socket-path as missing.',
  },
  'WS-PATH-OPEN': {
    title: 'unknown path accepted',
    meaning: 'A path without a WebSocket route is refused.',
    usualCause: 'A catch-all route accepts every upgrade.',
    nextStep: 'Treat every other acceptance on this target with care: it may be the same route.',
  },
} as const satisfies RuleFamily<'WS'>;
