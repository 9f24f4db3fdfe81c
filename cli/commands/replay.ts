import { Command } from 'commander';
import { UsageError } from '../answer';
import { deadLetterOf, idOf } from '../dead-letters';
import type { Cli } from '../program';
import { type HeldMessage, queuesOf, withQueues } from '../queues';
import { counted } from '../table';

/** Try again what could not be captured. */
export function replay(cli: Cli): Command {
  return withQueues(new Command('replay'))
    .description('puts dead letters of change capture back onto the queue of events')
    .argument('[events...]', 'ids of events, as doctor shows them; all of them if left out')
    .action((ids: string[], _options, command: Command) =>
      cli.inform(command, async (options) => {
        const { queueUrl, deadLetterQueueUrl } = queuesOf(options);
        const queue = cli.openQueue(queueUrl);
        const wanted = new Set(ids);
        const replayed: string[] = [];
        const left: HeldMessage[] = [];
        for await (const message of cli.openQueue(deadLetterQueueUrl).messages()) {
          const id = idOf(deadLetterOf(message));
          if (ids.length > 0 && !wanted.has(id)) {
            left.push(message);
            continue;
          }
          // Sent before it is removed: a crash in between leaves it twice, which is harmless, and never not at all.
          await queue.send(message.body);
          await message.remove();
          replayed.push(id);
        }
        await Promise.all(left.map((message) => message.release()));
        const unknown = ids.filter((id) => !replayed.includes(id));
        if (unknown.length > 0 && replayed.length === 0) {
          throw new UsageError(
            `No dead letter is of event ${unknown.join(', ')}. dzr doctor shows those that there are.`,
          );
        }
        const missing = unknown.length === 0 ? [] : [`not found: ${unknown.join(', ')}`];
        const text = [`${counted(replayed.length, 'event')} replayed, ${left.length} left`, ...missing].join(
          '\n',
        );
        return { json: { replayed, left: left.length, notFound: unknown }, text, found: unknown.length > 0 };
      }),
    );
}
