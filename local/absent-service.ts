import type { ServiceEmulator, WireRequest, WireResponse } from './wire';

/** A service that the local cloud does not have: its calls are told apart, so that faults meet them, and refused. */
export class AbsentService implements ServiceEmulator {
  constructor(
    readonly service: string,
    private readonly present: readonly string[],
  ) {}

  /** In the protocols that name it outside of the path: AWS JSON (KMS, SSM) and Query (IAM). */
  operation({ headers, body, url }: WireRequest): string | undefined {
    const target = headers['x-amz-target']?.split('.').at(-1);
    const parameters = [body.toString('utf8'), url.split('?')[1] ?? ''];
    const action = parameters.map((text) => new URLSearchParams(text).get('Action')).find(Boolean);
    return target ?? action ?? undefined;
  }

  requestedActions(): readonly [] {
    return [];
  }

  async handle(): Promise<WireResponse> {
    const known = this.present.join(', ');
    return this.fault(
      'UnknownService',
      404,
      `The local cloud has no service "${this.service}", only ${known}`,
    );
  }

  fault(name: string, status: number, message: string): WireResponse {
    return errorResponse(status, name, message);
  }
}

/** An error whose service's own format is not known, in the one that most SDKs read. */
export function errorResponse(status: number, name: string, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
}
