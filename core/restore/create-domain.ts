import { CreateDomainCommand, type DataZoneClient, GetDomainCommand } from '@aws-sdk/client-datazone';
import { typedError } from '../catalog/errors';
import type { DomainVersion } from '../catalog/kind';
import { RetryableError } from '../catalog/source';

/** What a domain needs that must stand ready before it is made. */
export interface DomainNeeds {
  readonly version: DomainVersion;
  readonly executionRoleArn: string;
  /** Of V2. */
  readonly serviceRoleArn?: string | undefined;
  readonly keyArn: string;
}

export interface CreatingDomain {
  readonly client: DataZoneClient;
  readonly name: string;
  /** The same for each attempt at this domain. */
  readonly clientToken: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The service could not bring a new domain up. */
export class DomainCreationFailedError extends Error {
  override readonly name = 'DomainCreationFailedError';
}

/**
 * Makes an empty domain to restore into, owned by whoever calls, and waits until it is there; answers its id. Throws
 * DomainCreationFailedError, and the errors of `source.ts`.
 */
export async function createDomain(needs: DomainNeeds, creating: CreatingDomain): Promise<string> {
  const { client, name, clientToken } = creating;
  const input = {
    name,
    description: 'Restored by datazone-resilience',
    domainVersion: needs.version,
    domainExecutionRole: needs.executionRoleArn,
    ...(needs.serviceRoleArn !== undefined && { serviceRole: needs.serviceRoleArn }),
    kmsKeyIdentifier: needs.keyArn,
    clientToken,
  };
  const sent = async <Answer>(operation: string, answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      throw typedError(operation, input, error);
    }
  };
  const { id } = await sent('CreateDomain', client.send(new CreateDomainCommand(input)));
  for (let pause = 500; pause < 200_000; pause *= 2) {
    const { status } = await sent('GetDomain', client.send(new GetDomainCommand({ identifier: id })));
    if (status === 'AVAILABLE' && id !== undefined) return id;
    if (status !== 'CREATING') throw new DomainCreationFailedError(`The new domain ${id} is ${status}`);
    await creating.sleep(pause);
  }
  throw new RetryableError(`The new domain ${id} is not there after four minutes`);
}
