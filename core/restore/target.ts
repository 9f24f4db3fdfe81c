import type { DataZoneClient } from '@aws-sdk/client-datazone';
import { DataZoneSource } from '../catalog/data-zone-source';
import type { JsonObject } from '../catalog/kind';
import { isOperation } from '../catalog/operations';
import type { Pace } from '../catalog/pace';
import type { RestoreTarget } from '../catalog/restoration';
import { restoreOperations } from './operations';

export interface DataZoneTargetArgs {
  /** Tries again by itself what reads. */
  readonly reading: DataZoneClient;
  /** Sends once: a repeated request may do twice what it makes, and the restore knows how to look. */
  readonly writing: DataZoneClient;
  readonly domainId: string;
  readonly pace?: Pick<Pace, 'take'>;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** The domain that is restored, over the DataZone API. */
export class DataZoneTarget implements RestoreTarget {
  readonly domainId: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  private readonly reader: DataZoneSource;
  private readonly writer: DataZoneSource;

  constructor({ reading, writing, domainId, pace, sleep }: DataZoneTargetArgs) {
    this.domainId = domainId;
    this.sleep = sleep ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
    const paced = pace === undefined ? {} : { pace };
    this.reader = new DataZoneSource({ client: reading, domainId, ...paced });
    this.writer = new DataZoneSource({ client: writing, domainId, operations: restoreOperations, ...paced });
  }

  /** Throws the errors of `source.ts`; a failure that none of them describes is thrown as the SDK gave it. */
  call(operation: string, input: Readonly<Record<string, unknown>>): Promise<JsonObject> {
    const changes = !isOperation(operation) || operation.startsWith('Create');
    return (changes ? this.writer : this.reader).call(operation, input);
  }

  /** Requests sent so far by operation, repeated ones included. */
  requestCounts(): Readonly<Record<string, number>> {
    return { ...this.reader.requestCounts(), ...this.writer.requestCounts() };
  }
}
