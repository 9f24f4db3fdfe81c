import { create, type Store } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { type BackendAnswer, BackendError, type DynamoDbBackend } from './backend';

interface Operation {
  readonly types: unknown;
  readonly custom: unknown;
  readonly act: (
    store: Store,
    data: unknown,
    done: (error: unknown, data: BackendAnswer['body']) => void,
  ) => void;
}

/** What dynalite throws, or calls back with, for an error that DynamoDB would answer. */
interface ServiceError {
  readonly statusCode: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * dynalite in process, one store per Region (its own server has one for all). Its actions are called without its
 * HTTP server, which saves a hop per call and keeps an exception inside from ending the process.
 */
export class EmbeddedBackend implements DynamoDbBackend {
  private readonly stores = new Map<string, Store>();
  private readonly operations = new Map<string, Operation>();

  async call(
    region: string,
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<BackendAnswer> {
    const store = this.store(region);
    const { types, custom, act } = this.operation(operation);
    try {
      const data = checkTypes(input, types);
      checkValidations(data, types, custom, store);
      const body = await new Promise<BackendAnswer['body']>((resolve, reject) => {
        act(store, data, (error, answer) => (error ? reject(error) : resolve(answer)));
      });
      return { status: 200, body };
    } catch (error) {
      if (isServiceError(error)) return { status: error.statusCode, body: error.body };
      throw new BackendError(`dynalite failed at ${operation}: ${String(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const closing = [...this.stores.values()].map((store) => new Promise((done) => store.db.close(done)));
    await Promise.all(closing);
  }

  private store(region: string): Store {
    const store = this.stores.get(region) ?? create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.stores.set(region, store);
    return store;
  }

  private operation(name: string): Operation {
    const known = this.operations.get(name);
    if (known) return known;
    const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const { types, custom } = require(`dynalite/validations/${file}`) as Pick<Operation, 'types' | 'custom'>;
    const act = require(`dynalite/actions/${file}`) as Operation['act'];
    const operation = { types, custom, act };
    this.operations.set(name, operation);
    return operation;
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}
