import assert from 'node:assert/strict';
import type { JsonObject, Kind } from '../../../core/catalog/kind';
import type { Making, RestoreTarget } from '../../../core/catalog/restoration';
import { portable } from '../../../core/restore/portable';
import { ScriptedSource } from './fixture';
import { restorationOf } from './restored-by-hand';

type Answers = ConstructorParameters<typeof ScriptedSource>[0];

/** A target that answers as it is told to, and keeps what it was asked and how long somebody waited. */
class ScriptedTarget extends ScriptedSource implements RestoreTarget {
  slept = 0;

  constructor(answers: Answers) {
    super(answers);
  }

  sleep = async (milliseconds: number): Promise<void> => {
    this.slept += milliseconds;
  };

  get operations(): string[] {
    return this.asked.map(({ operation }) => operation);
  }

  inputOf(operation: string): JsonObject {
    const found = this.asked.find((asked) => asked.operation === operation) ?? assert.fail(operation);
    return JSON.parse(JSON.stringify(found.input));
  }
}

const making = (kind: Kind, record: JsonObject): Making => ({
  wanted: portable(kind, record),
  record,
  facets: {},
  clientToken: 'token',
});

/** Makes what a record says, in a target that answers so. */
export async function create(kind: Kind, record: JsonObject, answers: Answers) {
  const target = new ScriptedTarget(answers);
  const made = restorationOf(kind).create ?? assert.fail();
  return { target, id: await made(target, making(kind, record)) };
}

/** Changes `current` to `wanted`; where no answer is given, a request is answered with nothing. */
export async function update(kind: Kind, wanted: JsonObject, current: JsonObject, answers: Answers = {}) {
  const names = restorationOf(kind).operations.update ?? [];
  const target = new ScriptedTarget({
    ...Object.fromEntries(names.map((name) => [name, () => ({})])),
    ...answers,
  });
  const changed = restorationOf(kind).update ?? assert.fail();
  const changing = { ...making(kind, wanted), id: 'x1', current: portable(kind, current) };
  return { target, done: changed(target, changing) };
}

/** Answers one after the other, and the last one for ever. */
export function inTurn(...answers: readonly JsonObject[]): () => JsonObject {
  const left = [...answers];
  return () => (left.length > 1 ? left.shift() : left[0]) ?? assert.fail();
}
