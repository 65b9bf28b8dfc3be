import type { ChalkInstance } from 'chalk';
import { BEHAVIOUR_LOOKS, MOST_BEHAVIOUR_REQUESTS } from '../../contract/behaviour.ts';
import type { RungResult } from '../../evidence/run-record.ts';
import { systemClock } from '../../foundation/clock.ts';
import { printableLine } from '../../foundation/printable.ts';
import { suiteLine } from '../../reporting/console-report.ts';
import { FinishedChecks } from './finished-checks.ts';
import { progressLabel, specLabel } from '../../reporting/progress-label.ts';
import { RungWait } from './rung-wait.ts';
import type { RunBasis } from './run-assembly.ts';

/** Tells a reader what goes on: one calm line per suite. */
export class Progress {
  readonly #chalk: ChalkInstance;
  readonly #out: (text: string) => void;
  readonly #interactive: boolean;
  readonly #startedAt = new Map<string, number>();
  #finished: FinishedChecks | null = null;

  constructor(options: {
    readonly chalk: ChalkInstance;
    readonly out: (text: string) => void;
    readonly interactive: boolean;
  }) {
    this.#chalk = options.chalk;
    this.#out = options.out;
    this.#interactive = options.interactive;
  }

  settings(
    basis: Pick<
      RunBasis,
      'version' | 'seed' | 'settings' | 'report' | 'warnings' | 'plan' | 'selection' | 'policy'
    >,
  ): void {
    const { settings, selection } = basis;
    this.#line(
      `stagegate ${basis.version}: ${settings.environment} at ${settings.backendUrl}, ` +
        `${selection.selected.length} of ${basis.plan.checks.length} checks, seed ${basis.seed}`,
    );
    const width = Math.max(0, ...basis.report.map(({ name }) => name.length));
    if (!settings.embedded) {
      for (const { name, value, origin } of basis.report)
        this.#line(`  ${name.padEnd(width)}  ${value}  (${origin})`, this.#chalk.dim);
      const perMinute = settings.requestsPerMinute;
      if (perMinute !== null) {
        const looks = basis.policy.fingerprint === undefined ? 0 : BEHAVIOUR_LOOKS * MOST_BEHAVIOUR_REQUESTS;
        const requests = basis.plan.checks
          .filter(({ id }) => selection.selected.includes(id))
          .reduce((sum, check) => sum + check.requests, looks);
        this.#line(
          `  up to ${requests} requests at ${perMinute} a minute: about ${Math.ceil((requests / perMinute) * 60)} s`,
        );
      }
    }
    for (const warning of basis.warnings) this.#line(`warning: ${warning}`, this.#chalk.yellow);
  }

  /** Tells which rung is waited for while the ladder is climbed. */
  climb(): RungWait {
    return new RungWait((text) => this.#line(`${progressLabel('ladder')} ${text}`));
  }

  /** Called before the separating probes of a red run. */
  probes(budgetMs: number): void {
    this.#line(
      `${progressLabel('probes')} asking what separates the causes, for ${budgetMs / 1_000} s at the most`,
    );
  }

  preflight(rungs: readonly RungResult[]): void {
    const count = (wanted: RungResult['state']): number =>
      rungs.filter(({ state }) => state === wanted).length;
    const [held, idle] = [count('held'), count('not-applicable')];
    const broken = rungs.find(({ state }) => state === 'broken' || state === 'undecided');
    const elapsed = rungs.reduce((sum, rung) => sum + rung.elapsedMs, 0);
    this.#line(
      `${progressLabel('ladder')} ${held}/${rungs.length - idle} rungs hold${idle === 0 ? '' : `, ${idle} not applicable`}` +
        `${broken === undefined ? '' : `; first that does not: ${broken.rung} (${broken.actual})`}  ${Math.round(elapsed)} ms`,
    );
  }

  /** Called as spec files start and end; the line comes from what the worker wrote, not from the test runner. */
  module(file: string, state: 'started' | 'ended', workFolder: string): void {
    if (state === 'started') {
      this.#startedAt.set(file, systemClock.now());
      if (this.#interactive) this.#out(this.#chalk.dim(`${specLabel(file).trimEnd()} …\r`));
      return;
    }
    const fresh = (this.#finished ??= new FinishedChecks(workFolder)).next();
    if (fresh.length === 0) return;
    this.#line(suiteLine(file, fresh, systemClock.now() - (this.#startedAt.get(file) ?? systemClock.now())));
  }

  #line(text: string, colour: (text: string) => string = (plain) => plain): void {
    this.#out(`${colour(printableLine(text, 600))}\n`);
  }
}
