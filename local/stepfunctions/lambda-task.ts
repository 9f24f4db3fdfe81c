import { z } from 'zod';
import { type LambdaRuntime, LambdaServiceError } from '../lambda/runtime';
import type { Json } from './json-path';
import { StateError } from './state-error';

const parameters = z.strictObject({ FunctionName: z.string(), Payload: z.json().optional() });
const functionError = z.object({ errorType: z.string().optional() });

/**
 * The integration `states:::lambda:invoke`: gives what AWS gives as the Task's raw result. A failure of the code
 * is thrown under its errorType with the whole payload as Cause; a refusal by Lambda as `Lambda.<exception>`.
 */
export async function invokeLambda(runtime: LambdaRuntime, roleArn: string, input: Json): Promise<Json> {
  const parsed = parameters.safeParse(input);
  if (!parsed.success) throw StateError.runtime(`lambda:invoke: ${z.prettifyError(parsed.error)}`);
  const { FunctionName, Payload = {} } = parsed.data;
  try {
    const { failed, payload, requestId } = await runtime.invoke(roleArn, FunctionName, Payload);
    const output: Json = JSON.parse(payload);
    if (failed) throw new StateError(functionError.parse(output).errorType ?? 'Lambda.Unknown', payload);
    return {
      ExecutedVersion: '$LATEST',
      Payload: output,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: requestId },
      StatusCode: 200,
    };
  } catch (error) {
    if (!(error instanceof LambdaServiceError)) throw error;
    throw new StateError(
      NAMED.has(error.code) ? `Lambda.${error.code}` : 'Lambda.AWSLambdaException',
      `${error.message} (Service: Lambda, Status Code: ${error.statusCode})`,
    );
  }
}

/** What Step Functions names after Lambda's exception; the rest, a denied call too, is an AWSLambdaException. */
const NAMED = new Set([
  ...['TooManyRequestsException', 'ResourceNotFoundException', 'ServiceException'],
  'SdkClientException',
]);
