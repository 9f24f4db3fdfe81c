import * as state from '@pulumi/pulumi/runtime/state';
import type { Failures } from './failures';

/** Settings, configuration and connections of one run of a program; the SDK's typings hide it. */
export interface RunStore {
  readonly settings: { engine?: object };
}

const runtimeState = state as unknown as {
  withLocalStorage<T>(run: () => T): T;
  getStore(): RunStore;
};

/** Runs a program apart from all others of this process. */
export const withRunStore = runtimeState.withLocalStorage;
/** The store of the program that is at work. */
export const currentRunStore = runtimeState.getStore;

const failuresOf = new WeakMap<RunStore, Failures>();
/** Whoever listened before: a test runner, anew for each file of tests. */
let others: readonly NodeJS.UnhandledRejectionListener[] = [];

/**
 * Takes what the running program throws where nobody listens for a failure of that run alone: it comes late,
 * and from a run that failed it still comes when others are at work. The result gives the claim up.
 */
export function claimRejections(failures: Failures): () => void {
  const store = currentRunStore();
  failuresOf.set(store, failures);
  install();
  return () => failuresOf.delete(store);
}

function install(): void {
  const found = process
    .rawListeners('unhandledRejection')
    .filter((listener) => listener !== toItsOwner) as NodeJS.UnhandledRejectionListener[];
  if (found.length > 0) others = found;
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', toItsOwner);
}

/** Node.js calls this in the context of the promise, and so with the store of its run. */
function toItsOwner(reason: unknown, promise: Promise<unknown>): void {
  const owner = failuresOf.get(currentRunStore());
  if (owner !== undefined) owner.add(reason);
  else if (others.length === 0) throw reason;
  else for (const listener of others) listener.call(process, reason, promise);
}
