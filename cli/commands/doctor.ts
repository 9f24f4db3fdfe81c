import { Command } from 'commander';
import { type DeadLetter, deadLetterOf, idOf } from '../dead-letters';
import type { Cli } from '../program';
import { type HeldMessage, queuesOf, withQueues } from '../queues';
import { counted, table } from '../table';

/** Letters that are shown to people; programs get all. */
const shown = 20;

const channelTexts: Readonly<Record<string, string>> = {
  events: "DataZone's events",
  calls: 'calls that CloudTrail records',
};

/** Are changes captured, and what could not be? */
export function doctor(cli: Cli): Command {
  return withQueues(new Command('doctor'))
    .description('looks at change capture: what waits, and what could not be captured and why')
    .action((_options, command: Command) =>
      cli.inform(command, async (options) => {
        const { queueUrl, deadLetterQueueUrl, channels } = queuesOf(options);
        const queue = await cli.openQueue(queueUrl).depth();
        const held: HeldMessage[] = [];
        for await (const message of cli.openQueue(deadLetterQueueUrl).messages()) held.push(message);
        // Only now: what is released while the queue is read comes again.
        await Promise.all(held.map((message) => message.release()));
        const letters = held.map(deadLetterOf);
        const told = channels?.map((channel) => channelTexts[channel] ?? channel).join(' and ');
        const lines = [
          ...(told === undefined ? [] : [`changes are told by ${told}`]),
          ...(channels?.includes('calls') === false
            ? ['  changes that have no event wait for the next backup: changeCaptureCloudTrail is off']
            : []),
          `queue: ${counted(queue.waiting, 'event')} waiting, ${queue.inWork} in work`,
          `dead letters: ${letters.length}`,
        ];
        if (letters.length > 0) lines.push('', lettersText(letters), '', 'dzr replay tries them again.');
        return {
          json: { channels, queue, deadLetters: letters },
          text: lines.join('\n'),
          found: letters.length > 0,
        };
      }),
    );
}

function lettersText(letters: readonly DeadLetter[]): string {
  const rows = letters.slice(0, shown).map((letter) => {
    const { errorType, errorMessage } = letter;
    const why =
      errorType === undefined
        ? 'no reason was left: see the log of changes-callback'
        : `${errorType}: ${errorMessage ?? ''}`;
    return [idOf(letter), letter.what, letter.at, why.replace(/\s+/g, ' ')];
  });
  const more = letters.length > shown ? [`and ${letters.length - shown} more: --json tells all`] : [];
  return [table(['EVENT', 'WHAT', 'SINCE', 'WHY'], rows), ...more].join('\n');
}
