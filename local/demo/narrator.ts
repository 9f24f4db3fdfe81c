/** Tells a person what the demo does, on stderr: stdout is for programs. */
export class Narrator {
  private readonly started = performance.now();
  private readonly live = process.stderr.isTTY === true;

  step(text: string): void {
    this.write(`\n[${this.seconds()} s] ${this.bold(text)}\n`);
  }

  tell(text: string): void {
    this.write(`  ${text}\n`);
  }

  /** A fraction of the present step that is done; drawn in place, on a terminal only. */
  progress(done: number): void {
    if (!this.live) return;
    const width = 30;
    const filled = Math.round(done * width);
    this.write(
      `\r  ${'#'.repeat(filled)}${'.'.repeat(width - filled)} ${Math.round(done * 100)} %${done === 1 ? '\n' : ''}`,
    );
  }

  /** Shows that time passes while something is under way. */
  async during<T>(work: Promise<T>): Promise<T> {
    if (!this.live) return work;
    const timer = setInterval(() => this.write(`\r  working, ${this.seconds()} s`), 200);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      this.write(`\r${' '.repeat(40)}\r`);
    }
  }

  private seconds(): string {
    return ((performance.now() - this.started) / 1000).toFixed(1);
  }

  private bold(text: string): string {
    return this.live && process.env.NO_COLOR === undefined ? `\u001b[1m${text}\u001b[0m` : text;
  }

  private write(text: string): void {
    process.stderr.write(text);
  }
}
