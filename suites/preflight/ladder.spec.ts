import { rungCheck } from '../../lib/harness/rung-check.ts';

rungCheck('PRE-01', 'dns', 'blocker', ['R-7', 'E-L']);
rungCheck('PRE-02', 'transport', 'critical', ['R-7', 'E-L']);
rungCheck('PRE-03', 'health', 'blocker', ['S0-26', 'S4-26', 'R-28', 'E-L']);
rungCheck('PRE-04', 'clock', 'major', ['R-7', 'E-L']);
rungCheck('PRE-05', 'environment', 'blocker', ['S1-3', 'S4-11', 'E-B', 'E-L']);
rungCheck('PRE-06', 'readiness', 'blocker', ['S0-9', 'S0-10', 'S0-12', 'S0-13', 'R-8', 'E-L']);
rungCheck('PRE-07', 'websocket-health', 'major', [
  'S4-10',
  'S4-13',
  'S4-14',
  'S4-16',
  'S4-22',
  'S4-23',
  'S4-26',
  'E-L',
]);
rungCheck('PRE-08', 'revision', 'critical', ['S2-2', 'R-9']);
rungCheck('PRE-09', 'token', 'blocker', ['S0-6', 'S0-25', 'S1-17', 'S4-15', 'S4-26', 'E-A']);
rungCheck('PRE-10', 'opening-handshake', 'blocker', ['S0-7', 'S4-2', 'S4-20', 'E-A']);
rungCheck('PRE-11', 'welcome', 'blocker', ['S0-8', 'S2-13', 'R-7', 'E-A']);
rungCheck('PRE-12', 'liveness', 'blocker', ['S2-13', 'R-7', 'E-A']);
rungCheck('PRE-13', 'chat-turn', 'blocker', ['S3-22', 'R-7', 'E-M']);
