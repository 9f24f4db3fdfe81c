import type * as datazone from '@aws-sdk/client-datazone';
import type { Call } from './call';

type NameOf<K> = K extends `${infer N}Command` ? (N extends '$' ? never : N) : never;
type Commands = {
  [K in keyof typeof datazone as NameOf<K>]: (typeof datazone)[K];
};
type Instance<N extends keyof Commands> = Commands[N] extends abstract new (
  ...args: never[]
) => infer I
  ? I
  : never;
type SdkInput<N extends keyof Commands> = Instance<N> extends { readonly input: infer I } ? I : never;
type SdkOutput<N extends keyof Commands> =
  Instance<N> extends {
    resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: infer O }>;
  }
    ? O
    : never;

/**
 * The SDK types required members as `T | undefined`, because it checks nothing. After validation, and in what
 * a handler answers, they are there.
 */
export type Sound<T> = T extends Date | string | number | boolean | undefined
  ? T
  : T extends Uint8Array
    ? Uint8Array
    : T extends readonly (infer E)[]
      ? Sound<E>[]
      : {
          [K in keyof T]: Record<never, never> extends Pick<T, K>
            ? Sound<T[K]>
            : Sound<Exclude<T[K], undefined>>;
        };

export type OperationName = keyof Commands;
/** Validated input of an operation. */
export type Given<N extends OperationName> = Sound<SdkInput<N>>;
/** Output of an operation; members beyond it are left out on the wire. */
export type Answer<N extends OperationName> = Sound<Omit<SdkOutput<N>, '$metadata'>>;

/** What serves some operations. A handler either answers or throws a Fault, and has then changed nothing. */
export type Handlers = {
  readonly [N in OperationName]?: (call: Call, input: Given<N>) => Answer<N>;
};
