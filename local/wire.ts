/**
 * The seam between the local cloud's gateway (one HTTP port) and its service emulators. The gateway reads
 * the SigV4 scope of a request, finds the principal behind its access key, asks the emulator what the request
 * would do, evaluates the principal's IAM policies, and only then lets the emulator handle it.
 */

/** An HTTP request as it stood on the wire. */
export interface WireRequest {
  readonly method: string;
  /** Raw path with the query string, percent-encoding untouched. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An HTTP response, ready to be written. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Who makes a call: taken from the credential scope of the request's SigV4 signature. */
export interface Caller {
  /** ARN of the IAM role, or `arn:aws:iam::<account>:root` for the account's own administrator. */
  readonly principalArn: string;
  /** Signing Region of the request: it tells the two Regions of the one endpoint apart. */
  readonly region: string;
  readonly accountId: string;
  /** True for the administrator credentials that are handed to people: no IAM check applies to them. */
  readonly administrator: boolean;
}

/** One IAM authorization question that a request raises. */
export interface RequestedAction {
  /** `service:Operation`, as in a policy document. */
  readonly action: string;
  /** ARN of the resource, or `*` where the action has no resource type. */
  readonly resource: string;
  /** Condition context, for example `kms:ViaService`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What the local cloud can switch on and off per call; thrown and counted by the gateway. */
export interface ServiceEmulator {
  /** Name in the credential scope: `datazone`, `dynamodb`, `states`, `sts`, `events`, `sqs`. */
  readonly service: string;
  /** Operation name of a request (`Search`, `PutItem`), or undefined if there is none such. */
  operation(request: WireRequest): string | undefined;
  /** Every action that IAM must allow for this request, those that AWS makes on the caller's behalf included. */
  requestedActions(request: WireRequest, caller: Caller): readonly RequestedAction[];
  handle(request: WireRequest, caller: Caller): Promise<WireResponse>;
  /** An error in the service's own wire format. */
  fault(name: string, status: number, message: string): WireResponse;
}
