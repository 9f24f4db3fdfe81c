import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { HeldMessages } from '../../handlers/shared/held-messages';

const messages = Array.from({ length: 12 }, (_, n) => ({ messageId: `m${n}`, receiptHandle: `r${n}` }));

describe('messages that a worker holds', () => {
  let hidden: Map<string, number[]>;
  let requests: number;
  let refusals: unknown[];
  let answer: () => unknown;

  const sqs = {
    send: async (command: unknown) => {
      assert.ok(command instanceof ChangeMessageVisibilityBatchCommand);
      const { Entries = [] } = command.input;
      assert.ok(Entries.length <= 10, 'SQS takes ten at once');
      requests++;
      for (const { ReceiptHandle = '', VisibilityTimeout = -1 } of Entries) {
        hidden.set(ReceiptHandle, [...(hidden.get(ReceiptHandle) ?? []), VisibilityTimeout]);
      }
      return answer();
    },
  } as unknown as Pick<SQSClient, 'send'>;
  const held = () => new HeldMessages(sqs, 'https://queue', messages, (error) => void refusals.push(error));

  beforeEach(() => {
    hidden = new Map();
    requests = 0;
    refusals = [];
    answer = () => ({});
    mock.timers.enable({ apis: ['setInterval'] });
  });
  afterEach(() => mock.timers.reset());

  it('stay hidden for as long as it lives, and come back soon once it is dead', async () => {
    const batch = held();
    await batch.hold();
    assert.equal(hidden.size, messages.length);
    const [seconds = 0] = hidden.get('r0') ?? [];
    // A batch may take a minute: without a new word, each would come back while it is worked on.
    assert.ok(seconds <= 30, `${seconds} s are long for people who wait`);
    const before = requests;
    mock.timers.tick((seconds / 2) * 1000);
    await new Promise(setImmediate);
    assert.ok(requests > before, 'it is said anew long before the time is over');
    await batch.release(new Map());
  });

  it('come back when they are due, those alone that failed', async () => {
    const batch = held();
    await batch.release(
      new Map([
        ['m3', 5],
        ['m11', 180],
      ]),
    );
    assert.deepEqual(
      [...hidden],
      [
        ['r3', [5]],
        ['r11', [180]],
      ],
    );
    const before = requests;
    mock.timers.tick(600_000);
    await new Promise(setImmediate);
    assert.equal(requests, before, 'nothing is held any more');
  });

  it('are worked on even where SQS does not hide them', async () => {
    answer = () => ({ Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] });
    const batch = held();
    await batch.hold();
    answer = () => {
      throw new Error('no answer');
    };
    await batch.release(new Map([['m1', 5]]));
    assert.equal(refusals.length, 3);
  });
});
