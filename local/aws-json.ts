import { z } from 'zod';
import type { WireRequest, WireResponse } from './wire';

/** An error that a service answers with, in its own vocabulary. */
export class ServiceFault extends Error {
  override readonly name: string;

  /** `code` is the error's name on the wire, without namespace: `ExecutionDoesNotExist`. */
  constructor(
    code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/**
 * The AWS JSON protocol, versions 1.0 and 1.1: one POST per operation, its name in the header x-amz-target.
 * See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export class AwsJsonProtocol {
  constructor(
    private readonly target: string,
    private readonly version: '1.0' | '1.1',
  ) {}

  operation(request: WireRequest): string | undefined {
    const [service, operation] = request.headers['x-amz-target']?.split('.') ?? [];
    return service === this.target ? operation : undefined;
  }

  /** Parses the body; throws `SerializationException` if it is not JSON, `ValidationException` if it is no `schema`. */
  input<T>(schema: z.ZodType<T>, request: WireRequest): T {
    const parsed = schema.safeParse(this.body(request));
    if (!parsed.success) throw new ServiceFault('ValidationException', z.prettifyError(parsed.error));
    return parsed.data;
  }

  /** A string member of the body, for questions that are asked before the body is judged. */
  member(request: WireRequest, name: string): string | undefined {
    const body = z.record(z.string(), z.unknown()).safeParse(this.bodyOrNothing(request));
    const value = body.success ? body.data[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  }

  response(output: unknown): WireResponse {
    return { status: 200, headers: this.headers(), body: JSON.stringify(output) };
  }

  fault(name: string, status: number, message: string): WireResponse {
    return {
      status,
      headers: { ...this.headers(), 'x-amzn-errortype': name },
      body: JSON.stringify({ __type: name, message }),
    };
  }

  private headers(): Record<string, string> {
    return { 'content-type': `application/x-amz-json-${this.version}` };
  }

  private body(request: WireRequest): unknown {
    try {
      return JSON.parse(request.body.toString('utf8') || '{}');
    } catch {
      throw new ServiceFault('SerializationException', 'The request body is not valid JSON');
    }
  }

  private bodyOrNothing(request: WireRequest): unknown {
    try {
      return this.body(request);
    } catch {
      return undefined;
    }
  }
}
