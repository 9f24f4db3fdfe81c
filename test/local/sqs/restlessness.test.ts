import assert from 'node:assert/strict';
import { FakeClock } from '../../../local/clock';
import { PROMPT, type QueueBehaviour } from '../../../local/sqs/behaviour';
import { queueDefinition } from '../../../local/sqs/queue-definition';
import { SqsService } from '../../../local/sqs/service';
import { captured } from './queues';

const BODIES = Array.from({ length: 50 }, (_, n) => String(n));

describe('A standard queue, which promises at least once and no order', () => {
  /** The bodies in the order in which a consumer that deletes at once gets them, a second after the other. */
  const delivered = (behaviour: QueueBehaviour, seed = 1): string[] => {
    const clock = new FakeClock();
    const queue = new SqsService({ clock, seed, behaviour }).create(queueDefinition(captured('changes')));
    for (const body of BODIES) queue.send({ body, senderId: 'me' });
    const bodies: string[] = [];
    for (let second = 0; second < 20; second++) {
      for (const { body, receiptHandle } of queue.receive(200)) {
        bodies.push(body);
        queue.delete(receiptHandle);
      }
      clock.advance(1000);
    }
    return bodies;
  };
  const numerically = (bodies: string[]) => [...bodies].sort((a, b) => Number(a) - Number(b));

  it('delivers once and in order on a good day', () => {
    assert.deepEqual(delivered(PROMPT), BODIES);
  });

  it('delivers each message twice where it is told to, with one id', () => {
    assert.deepEqual(
      numerically(delivered({ ...PROMPT, duplicates: 1 })),
      BODIES.flatMap((body) => [body, body]),
    );
  });

  it('loses none that is late or out of order, and draws the order from its seed', () => {
    for (const behaviour of [
      { ...PROMPT, reordered: true },
      { ...PROMPT, lateMilliseconds: 10_000 },
    ]) {
      const bodies = delivered(behaviour);

      assert.notDeepEqual(bodies, BODIES);
      assert.deepEqual(numerically(bodies), BODIES);
      assert.deepEqual(delivered(behaviour), bodies);
      assert.notDeepEqual(delivered(behaviour, 2), bodies);
    }
  });
});
