import { z } from 'zod';

const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.union([schema.transform((value) => [value]), z.array(schema)]).readonly();

const texts = oneOrMore(z.string());
const conditionValues = oneOrMore(
  z.union([z.string(), z.boolean().transform(String), z.number().transform(String)]),
);
const conditions = z.record(z.string(), z.record(z.string(), conditionValues));
const principals = z.union([z.literal('*'), z.record(z.string(), texts)]);

/** Strict: an element that the evaluator does not know must not be passed over in silence. */
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principals.optional(),
    Action: texts.optional(),
    NotAction: texts.optional(),
    Resource: texts.optional(),
    NotResource: texts.optional(),
    Condition: conditions.optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), {
    message: 'a statement has exactly one of Action and NotAction',
  })
  .refine((s) => s.Resource === undefined || s.NotResource === undefined, {
    message: 'a statement has at most one of Resource and NotResource',
  });

const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: oneOrMore(statement),
});

/** A policy document with every one-or-many member turned into a list. */
export type PolicyDocument = z.infer<typeof policyDocument>;
export type PolicyStatement = PolicyDocument['Statement'][number];
export type PolicyConditions = z.infer<typeof conditions>;

/** A document that IAM would refuse, or that holds an element that this evaluator does not know. */
export class InvalidPolicyError extends Error {
  override readonly name = 'InvalidPolicyError';
}

/** Parses a document as it stands in a resource's input: JSON text or object. `owner` is named in the error. */
export function parsePolicyDocument(source: unknown, owner: string): PolicyDocument {
  let value = source;
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source);
    } catch {
      throw new InvalidPolicyError(`Policy of ${owner} is not JSON`);
    }
  }
  const parsed = policyDocument.safeParse(value);
  if (!parsed.success) throw new InvalidPolicyError(`Policy of ${owner}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
