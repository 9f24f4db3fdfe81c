import assert from 'node:assert/strict';
import * as datazone from '@aws-sdk/client-datazone';
import { changeActions, signsOf } from '../../../core/catalog/changes';
import { excludedChanges } from '../../../core/catalog/excluded-changes';
import { kinds } from '../../../core/catalog/registry';

/** Every operation of the installed SDK that changes something. */
const changing = Object.keys(datazone)
  .flatMap((name) => /^(?!List|Search|Get|BatchGet|QueryGraph)(\w+)Command$/.exec(name)?.[1] ?? [])
  .filter((name) => name !== '$')
  .sort();

describe('the operations of DataZone that change something', () => {
  const calls = signsOf(kinds, 'calls');

  it('are each a sign of a change of some kind, or left out for a reason', () => {
    const undecided = changing.filter((name) => !calls.has(name) && !Object.hasOwn(excludedChanges, name));

    assert.ok(changing.length > 90);
    assert.deepEqual(undecided, []);
  });

  it('are left out only where they are a sign of nothing', () => {
    assert.deepEqual(
      Object.keys(excludedChanges).filter((name) => calls.has(name) || !changing.includes(name)),
      [],
    );
  });

  it('exist, where a kind names them', () => {
    assert.deepEqual(
      [...calls.keys()].filter((name) => !changing.includes(name)),
      [],
    );
  });
});

describe('the kinds', () => {
  it('are each told of by calls, so that a trail covers all of them', () => {
    assert.deepEqual(
      kinds.filter((kind) => kind.calls.length === 0).map(({ name }) => name),
      [],
    );
  });

  it('name as parents of a list kinds that there are', () => {
    const names = new Set(kinds.map(({ name }) => name));
    const parents = kinds.flatMap(({ events, calls }) =>
      [...events, ...calls].flatMap(({ under = [] }) => under),
    );

    assert.ok(parents.length > 5);
    assert.deepEqual(
      parents.filter((name) => !names.has(name)),
      [],
    );
  });

  it('are read after a change by no search of an index', () => {
    for (const version of ['V1', 'V2'] as const) {
      assert.deepEqual(
        changeActions(version).filter((action) => action.startsWith('datazone:Search')),
        [],
      );
    }
  });
});
