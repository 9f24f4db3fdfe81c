import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller, WireRequest, WireResponse } from '../../local/wire';

/** An HTTP server of one test, on a port of its own. */
export interface WireServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Something that answers requests: a service emulator, or a stand-in of a test. */
export interface Answering {
  handle(request: WireRequest, caller: Caller): Promise<WireResponse>;
}

export const accountId = '111122223333';

/**
 * Mounts an emulator without the gateway: no IAM. The access key of a request's signature is taken as the name
 * of the caller's role; `admin` is the account's administrator.
 */
export async function serveWire(emulator: Answering): Promise<WireServer> {
  const server = createServer((request, response) => {
    answer(emulator, request, response).catch((error: Error) => {
      // Told to the client, and with a status that it does not retry, so that a failing test says why.
      response.writeHead(400, { 'x-amzn-errortype': error.name });
      response.end(JSON.stringify({ message: error.stack }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** The caller that an access key name stands for. */
export function callerOf(accessKeyId: string, region = 'eu-west-1'): Caller {
  const administrator = accessKeyId === 'admin';
  return {
    principalArn: administrator
      ? `arn:aws:iam::${accountId}:root`
      : `arn:aws:iam::${accountId}:role/${accessKeyId}`,
    region,
    accountId,
    administrator,
  };
}

async function answer(
  emulator: Answering,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(message.headers.authorization ?? '');
  const request: WireRequest = {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    headers: message.headers as Record<string, string>,
    body: Buffer.concat(chunks),
  };
  const result = await emulator.handle(request, callerOf(scope?.[1] ?? 'nobody', scope?.[2]));
  response.writeHead(result.status, { ...result.headers });
  response.end(result.body);
}
