import { CreateDomainCommand, type DataZoneClient, GetDomainCommand } from '@aws-sdk/client-datazone';
import { typedError } from '../catalog/errors';
import type { DomainVersion } from '../catalog/kind';
import { RetryableError } from '../catalog/source';
import type { DomainCreation } from '../vault/drill';

/** What a domain needs that must stand ready before it is made. */
export interface DomainNeeds {
  readonly version: DomainVersion;
  readonly executionRoleArn: string;
  /** Of V2. */
  readonly serviceRoleArn?: string | undefined;
  /** @default a key that DataZone owns */
  readonly keyArn?: string | undefined;
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

/** The request for a domain: the same again, within the life of its token, names the domain that it made. */
export function creationOf(
  needs: DomainNeeds,
  called: Pick<DomainCreation, 'name' | 'description' | 'clientToken' | 'tags'>,
): DomainCreation {
  return {
    name: called.name,
    description: called.description,
    domainVersion: needs.version,
    domainExecutionRole: needs.executionRoleArn,
    ...(needs.serviceRoleArn !== undefined && { serviceRole: needs.serviceRoleArn }),
    ...(needs.keyArn !== undefined && { kmsKeyIdentifier: needs.keyArn }),
    ...(called.tags !== undefined && { tags: called.tags }),
    clientToken: called.clientToken,
  };
}

/** Asks for a domain; answers its id at once. Throws the errors of `source.ts`. */
export async function askForDomain(client: DataZoneClient, creation: DomainCreation): Promise<string> {
  const { id } = await sent('CreateDomain', creation, client.send(new CreateDomainCommand(creation)));
  if (id === undefined) throw new DomainCreationFailedError('CreateDomain answered no id');
  return id;
}

/** Waits until a domain is there. Throws DomainCreationFailedError, and the errors of `source.ts`. */
export async function awaitDomain(
  { client, sleep }: Pick<CreatingDomain, 'client' | 'sleep'>,
  identifier: string,
): Promise<void> {
  for (let pause = 500; pause < 200_000; pause *= 2) {
    const { status } = await sent('GetDomain', {}, client.send(new GetDomainCommand({ identifier })));
    if (status === 'AVAILABLE') return;
    if (status !== 'CREATING')
      throw new DomainCreationFailedError(`The new domain ${identifier} is ${status}`);
    await sleep(pause);
  }
  throw new RetryableError(`The new domain ${identifier} is not there after four minutes`);
}

/**
 * Makes an empty domain to restore into, owned by whoever calls, and waits until it is there; answers its id. Throws
 * DomainCreationFailedError, and the errors of `source.ts`.
 */
export async function createDomain(needs: DomainNeeds, creating: CreatingDomain): Promise<string> {
  const { client, name, clientToken } = creating;
  const description = 'Restored by datazone-resilience';
  const id = await askForDomain(client, creationOf(needs, { name, description, clientToken }));
  await awaitDomain(creating, id);
  return id;
}

/** Throws the errors of `source.ts` for those of the SDK. */
export async function sent<Answer>(
  operation: string,
  input: object,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw typedError(operation, { ...input }, error);
  }
}
