import assert from 'node:assert/strict';
import * as datazone from '@aws-sdk/client-datazone';
import { excludedOperations } from '../../../core/catalog/excluded-operations';
import { membershipActions } from '../../../core/catalog/membership';
import { isOperation } from '../../../core/catalog/operations';
import { kinds } from '../../../core/catalog/registry';

/** Every operation of the installed SDK that shows something of a domain. */
const reading = Object.keys(datazone)
  .flatMap((name) => /^((?:List|Search|Get|BatchGet|QueryGraph)\w*)Command$/.exec(name)?.[1] ?? [])
  .sort();

const used = new Set(kinds.flatMap((kind) => kind.actions).map((action) => action.slice('datazone:'.length)));

describe('the operations of DataZone that read', () => {
  it('are each used by a kind, or left out for a reason', () => {
    const undecided = reading.filter((name) => !used.has(name) && !Object.hasOwn(excludedOperations, name));

    assert.ok(reading.length > 80);
    assert.deepEqual(undecided, []);
  });

  it('are left out only where no kind uses them', () => {
    assert.deepEqual(
      Object.keys(excludedOperations).filter((name) => used.has(name)),
      [],
    );
  });

  it('exist, where they are said to be left out', () => {
    assert.deepEqual(
      Object.keys(excludedOperations).filter((name) => !reading.includes(name)),
      [],
    );
  });

  it('are bundled where they are used, and no others', () => {
    const wanted = new Set([...used, ...membershipActions.map((action) => action.slice('datazone:'.length))]);

    assert.deepEqual(
      [...wanted].filter((name) => !isOperation(name)),
      [],
    );
    assert.deepEqual(
      reading.filter((name) => isOperation(name) && !wanted.has(name)),
      [],
    );
  });
});
