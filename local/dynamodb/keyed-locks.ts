/** Lets one task at a time hold a key; tasks of other keys go on beside it. */
export class KeyedLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Runs `task` once it holds all `keys`. They are queued for at once, so two tasks never wait for each other. */
  run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    const before = keys.flatMap((key) => this.tails.get(key) ?? []);
    const running = Promise.all(before).then(task);
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    for (const key of keys) this.tails.set(key, settled);
    void settled.then(() => {
      for (const key of keys) if (this.tails.get(key) === settled) this.tails.delete(key);
    });
    return running;
  }
}
