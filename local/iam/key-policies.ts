import { z } from 'zod';
import { allowsService } from './evaluate';
import { type PolicyDocument, parsePolicyDocument } from './policy-document';
import type { IamResource } from './policy-store';

/** The policies of the program's KMS keys, for what AWS services do with a key in their own name. */
export class KeyPolicies {
  private readonly policies = new Map<string, PolicyDocument>();

  /** Takes an `aws:kms/key:Key`; false for any other type. Throws `InvalidPolicyError`. */
  register({ type, name, inputs, state }: IamResource): boolean {
    if (type !== 'aws:kms/key:Key') return false;
    this.policies.set(z.string().parse(state.arn), parsePolicyDocument(inputs.policy, name));
    return true;
  }

  /** Whether a key's policy lets an AWS service use it on behalf of the resource `sourceArn`. */
  allow(keyArn: string, service: string, actions: readonly string[], sourceArn: string): boolean {
    const policy = this.policies.get(keyArn);
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceArn.split(':')[4] ?? '' };
    return (
      policy !== undefined &&
      actions.every((action) => allowsService(policy, service, { action, resource: keyArn, context }))
    );
  }
}
