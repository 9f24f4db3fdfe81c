import assert from 'node:assert/strict';
import type { Kind } from '../../../core/catalog/kind';
import { kindByName, kinds } from '../../../core/catalog/registry';
import { divide, structure } from '../../../core/catalog/shape';
import { leakedSecrets, lostMembers, membersOfListsAlone } from './coverage';
import { type Driven, drive, drivesOf, operationsOf } from './every-channel';

/**
 * Each answer is full of values of their own, and each of them must come out again: compared, in a facet, or under a
 * member that the kind leaves out with a reason. A member that a newer SDK adds fails here until somebody decides.
 */
describe('every member of every answer', () => {
  for (const kind of kinds) {
    describe(`to ${kind.name}`, () => {
      let drives: readonly Driven[];

      before(async () => {
        drives = await allDrives(kind);
      });

      it('comes of the operations that the kind declares, and of no others', () => {
        assert.deepEqual(distinct(drives.flatMap(({ asked }) => [...asked])), [...operationsOf(kind)].sort());
      });

      it('is kept, or left out for a reason', () => {
        assert.deepEqual(distinct(drives.flatMap((driven) => lostMembers(kind, driven))), []);
      });

      it('is known to the Get, where a list gives it that only names resources', () => {
        assert.deepEqual(distinct(drives.flatMap((driven) => membersOfListsAlone(kind, driven))), []);
      });

      it('is compared through each channel alike', () => {
        const members = (readings: Driven['readings']) =>
          distinct(readings.flatMap(({ record }) => Object.keys(record)));
        const paged = members(drives.flatMap((driven) => driven.paged));

        if (paged.length > 0) assert.deepEqual(members(drives.flatMap((driven) => driven.read)), paged);
      });

      it('is not kept where it is a secret', () => {
        assert.deepEqual(distinct(drives.flatMap((driven) => leakedSecrets(kind, driven))), []);
      });
    });
  }
});

describe('the gate of members', () => {
  const glossary = kindByName('glossary');

  it('names what a kind has not decided, by kind, operation and path', async () => {
    const { status: _, ...members } = glossary.shape.members;
    const shape = structure(members);
    const careless: Kind = {
      ...glossary,
      shape,
      read: async (source, id) => ({
        id,
        scopeId: source.domainId,
        ...divide(await source.call('GetGlossary', {}), shape, { operation: 'GetGlossary' }),
      }),
    };

    assert.deepEqual(await lostOf(careless), ['glossary GetGlossary status: not decided']);
  });

  it('names what a kind drops without a word', async () => {
    const careless: Kind = {
      ...glossary,
      read: async (source, id) => {
        const { description: _, ...answer } = await source.call('GetGlossary', {});
        return {
          id,
          scopeId: source.domainId,
          ...divide(answer, glossary.shape, { operation: 'GetGlossary' }),
        };
      },
    };

    assert.deepEqual(await lostOf(careless), ['glossary GetGlossary description: dropped']);
  });

  it('names a secret that a kind keeps', async () => {
    const careless: Kind = {
      ...glossary,
      actions: ['datazone:GetEnvironmentCredentials'],
      enumerate: async () => ({ readings: [], listed: [{ id: 'x', scopeId: 'y', summary: {} }] }),
      read: async (source, id) => ({
        id,
        scopeId: source.domainId,
        record: await source.call('GetEnvironmentCredentials', {}),
        facets: {},
      }),
    };

    assert.deepEqual(leakedSecrets(careless, await drive(careless, 0)), [
      'glossary GetEnvironmentCredentials accessKeyId',
      'glossary GetEnvironmentCredentials secretAccessKey',
      'glossary GetEnvironmentCredentials sessionToken',
    ]);
  });

  async function lostOf(kind: Kind): Promise<string[]> {
    return lostMembers(kind, await drive(kind, 0));
  }
});

async function allDrives(kind: Kind): Promise<Driven[]> {
  const drives: Driven[] = [];
  for (let variant = 0; variant < drivesOf(kind); variant++) drives.push(await drive(kind, variant));
  return drives;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
