import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { enumValuesOf } from '../../../local/datazone/constraints';
import { enumsFile, enumsSource } from '../../../local/datazone/generate-enums';

describe('The table of enumerations', () => {
  it('is up to date with the installed SDK', () => {
    assert.equal(readFileSync(enumsFile, 'utf8'), enumsSource());
  });

  it('knows the values of a member, of a list element, and leaves free text free', () => {
    assert.deepEqual(enumValuesOf('UpdateGlossaryInput', 'status'), ['DISABLED', 'ENABLED']);
    assert.deepEqual(enumValuesOf('CreateGlossaryInput', 'usageRestrictions'), ['ASSET_GOVERNED_TERMS']);
    assert.equal(enumValuesOf('CreateGlossaryInput', 'name'), undefined);
  });
});
