import type { Captured } from '../../../local/sqs/queue-definition';
import { accountId } from '../../support/wire-server';

export const urlOf = (name: string) => `http://127.0.0.1:1/${accountId}/${name}`;
export const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:${accountId}:${name}`;

/** A queue as the program registers it. */
export function captured(name: string, inputs: Readonly<Record<string, unknown>> = {}): Captured {
  return { inputs, state: { name, arn: arnOf(name), url: urlOf(name) } };
}
