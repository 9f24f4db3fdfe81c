/** What a backend answers: DynamoDB's JSON, parsed. */
export interface BackendAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Where tables really stand: one Region knows nothing of the other, replication is done above. */
export interface DynamoDbBackend {
  call(region: string, operation: string, input: Readonly<Record<string, unknown>>): Promise<BackendAnswer>;
  close(): Promise<void>;
}

/** The backend could not be used at all, as opposed to an error that DynamoDB answers. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}
