import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import * as z from 'zod';

export const logger = new Logger();

/** An event, or an environment, is not what its schema says. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';
}

/** A worker stops this long before its time ends, in ms: enough to write where it stands. */
const reserve = 60_000;
/** Step Functions keeps 256 KiB of state for a hundred workers' failures. */
const longestMessage = 600;

/** What a task knows of its own invocation. */
export interface Invocation {
  /** True when the function's time is nearly spent. */
  readonly timeIsUp: () => boolean;
  /** Milliseconds that are left of its time. */
  readonly remaining: () => number;
}

/**
 * The shell of every callback: the event parsed by its schema, one log line at each end, errors logged whole and
 * handed on short, since Step Functions keeps them in its state.
 */
export function task<S extends z.ZodType, R>(
  name: string,
  eventSchema: S,
  run: (event: z.infer<S>, invocation: Invocation) => Promise<R>,
): (event: unknown, context: Context) => Promise<R> {
  return async (event, context) => {
    logger.addContext(context);
    try {
      const remaining = () => context.getRemainingTimeInMillis();
      const timeIsUp = () => remaining() < reserve;
      const result = await run(parse(`event of ${name}`, eventSchema, event), { timeIsUp, remaining });
      logger.info(`${name} done`, { result });
      return result;
    } catch (error) {
      logger.error(`${name} failed`, { error: error instanceof Error ? error : String(error) });
      throw shortened(error);
    }
  };
}

/** Parses the environment once, at cold start. Throws InvalidInputError that names every variable at fault. */
export function environment<S extends z.ZodType>(name: string, schema: S): z.infer<S> {
  return parse(`environment of ${name}`, schema, process.env);
}

/** Parses JSON text. Throws InvalidInputError. */
export function parsedJson<S extends z.ZodType>(what: string, schema: S, text: string): z.infer<S> {
  try {
    return parse(what, schema, JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidInputError(`The ${what} is wrong: it is not JSON`);
  }
}

function parse<S extends z.ZodType>(what: string, schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InvalidInputError(`The ${what} is wrong: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The same class, by name, and message without the trace: Retry and Catch match on the name. */
function shortened(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const short = new Error(message.slice(0, longestMessage));
  short.name = name;
  short.stack = `${name}: ${short.message}`;
  return short;
}
