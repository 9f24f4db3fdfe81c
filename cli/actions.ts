import { type Action, actionNames, type Totals } from '../core/restore/action';
import type { Outcome, OutcomeTally } from '../core/restore/restore-run';
import { table } from './table';

/** `2 create, 40 skip`. */
export function totalsText(totals: Totals): string {
  const told = actionNames.filter((name) => totals[name] !== undefined);
  return told.length === 0 ? 'nothing' : told.map((name) => `${totals[name]} ${name}`).join(', ');
}

/** `2 DONE, 40 SKIPPED`. */
export function outcomesText(tally: OutcomeTally): string {
  const told = Object.entries(tally).sort(([one], [other]) => (one < other ? -1 : 1));
  return told.length === 0 ? 'nothing' : told.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** Actions as people read them: one line each, and below it what it changes and what it leaves out. */
export function actionTable(actions: readonly Action[], outcomes?: ReadonlyMap<number, Outcome>): string {
  const rows = actions.map(({ seq, wave, action, kind, name, id, reason }) => {
    const outcome = outcomes?.get(seq);
    const done = outcomes === undefined ? [] : [outcome?.outcome ?? '-'];
    // What came of it says more than why it was planned.
    return [String(wave), action, ...done, kind, name, id, outcome?.reason ?? reason];
  });
  const done = outcomes === undefined ? [] : ['OUTCOME'];
  const [headings, ...lines] = table(
    ['WAVE', 'ACTION', ...done, 'KIND', 'NAME', 'ID', 'WHY'],
    rows.map((row) => row.map((cell) => cell.replace(/\s+/g, ' '))),
  ).split('\n');
  return [
    headings,
    ...lines.flatMap((line, index) => {
      const { changes = [], leftOut = [], namesSourceRegion = [] } = actions[index] ?? {};
      return [
        line,
        ...changes.map((change) => `      ${change}`),
        ...leftOut.map((reference) => `      left out: ${reference}`),
        ...namesSourceRegion.map((path) => `      still names the Region that was left: ${path}`),
      ];
    }),
  ].join('\n');
}

/** `3 s`, `12 min`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
