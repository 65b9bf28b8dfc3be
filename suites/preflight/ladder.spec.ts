import { rungCheck } from '../../lib/harness/rung-check.ts';

rungCheck('PRE-01', 'dns', 'blocker');
rungCheck('PRE-02', 'transport', 'critical');
rungCheck('PRE-03', 'health', 'blocker');
rungCheck('PRE-04', 'clock', 'major');
rungCheck('PRE-05', 'environment', 'blocker');
rungCheck('PRE-06', 'readiness', 'blocker');
rungCheck('PRE-07', 'websocket-health', 'major');
rungCheck('PRE-08', 'revision', 'critical');
rungCheck('PRE-09', 'token', 'blocker');
rungCheck('PRE-10', 'opening-handshake', 'blocker');
rungCheck('PRE-11', 'welcome', 'blocker');
rungCheck('PRE-12', 'liveness', 'blocker');
rungCheck('PRE-13', 'chat-turn', 'blocker');
