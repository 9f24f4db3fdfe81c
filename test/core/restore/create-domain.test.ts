import assert from 'node:assert/strict';
import type { DataZoneClient } from '@aws-sdk/client-datazone';
import { createDomain } from '../../../core/restore/create-domain';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const keyArn = 'arn:aws:kms:eu-west-1:123456789012:key/domain';

/** A service whose new domain has these statuses, one after the other; what it was sent, and how long it was waited. */
function service(...statuses: string[]) {
  const sent: object[] = [];
  let waited = 0;
  const client = {
    send: async ({ input }: { readonly input: object }) => {
      if ('name' in input) sent.push(input);
      return { id: 'dzd-new', status: statuses.length > 1 ? statuses.shift() : statuses[0] };
    },
  } as unknown as DataZoneClient;
  const sleep = async (milliseconds: number) => {
    waited += milliseconds;
  };
  return { sent, waited: () => waited, creating: { client, name: 'New', clientToken: 'token', sleep } };
}

describe('a domain to restore into', () => {
  const needs = { version: 'V2', executionRoleArn: role('execution'), keyArn } as const;

  it('is made with what stands ready, and waited for', async () => {
    const { sent, waited, creating } = service('CREATING', 'CREATING', 'AVAILABLE');

    assert.equal(await createDomain({ ...needs, serviceRoleArn: role('service') }, creating), 'dzd-new');
    assert.ok(waited() > 0);
    assert.deepEqual(sent, [
      {
        name: 'New',
        description: 'Restored by datazone-resilience',
        domainVersion: 'V2',
        domainExecutionRole: role('execution'),
        serviceRole: role('service'),
        kmsKeyIdentifier: keyArn,
        clientToken: 'token',
      },
    ]);
  });

  it('is given up where the service can not bring it up', async () => {
    const { creating } = service('CREATING', 'CREATION_FAILED');

    await assert.rejects(createDomain(needs, creating), {
      name: 'DomainCreationFailedError',
      message: 'The new domain dzd-new is CREATION_FAILED',
    });
  });

  it('is asked for again, under the same token, where it takes longer than four minutes', async () => {
    const { waited, creating } = service('CREATING');

    await assert.rejects(createDomain(needs, creating), { name: 'RetryableError' });
    assert.ok(waited() > 240_000 && waited() < 600_000, String(waited()));
  });
});
