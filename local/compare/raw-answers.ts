import { buffer } from 'node:stream/consumers';
import type { DataZoneClient } from '@aws-sdk/client-datazone';
import type { JsonObject } from '../../core/catalog/json-value';

type Command = Parameters<DataZoneClient['send']>[0];

/** A client of the plain SDK that also keeps the JSON of each answer, which the SDK forgets once it has parsed it. */
export class RawAnswers {
  /** The client as it was given, for commands and for the SDK's paginators. */
  readonly client: DataZoneClient;
  private readonly bodies = new WeakMap<object, JsonObject>();

  constructor(client: DataZoneClient) {
    const send = async (command: Command): Promise<object> => {
      let body: JsonObject = {};
      command.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const response = result.response as { body: AsyncIterable<Uint8Array> };
          const bytes = await buffer(response.body);
          body = parsed(bytes);
          response.body = bytes as unknown as typeof response.body;
          return result;
        },
        { step: 'deserialize', priority: 'low', name: 'rawAnswers' },
      );
      const output: object = await client.send(command);
      this.bodies.set(output, body);
      return output;
    };
    this.client = Object.assign(Object.create(client) as DataZoneClient, { send });
  }

  /** The JSON behind an output that this client gave. */
  of(output: object): JsonObject {
    const body = this.bodies.get(output);
    if (body === undefined) throw new TypeError('the output is of another client');
    return body;
  }
}

/** What is no JSON is the body of an error, of which the SDK makes what it can. */
function parsed(bytes: Buffer): JsonObject {
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonObject;
  } catch {
    return {};
  }
}
