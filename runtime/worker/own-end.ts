/** Between two looks at whether the scheduler still lives. */
const LOOK_MS = 100;
/** A scheduler that lives has ended this process before that. */
const MAX_LOOKS = 100;

/** How a worker ends itself. What it needs is kept from before the flow is loaded; hooks of the flow's do not run. */
export class OwnEnd {
  readonly #process = process;
  readonly #parent = process.ppid;
  readonly #kill = process.kill.bind(process);
  readonly #leave = (process as unknown as { reallyExit(code: number): void }).reallyExit.bind(process);
  readonly #setInterval = setInterval;
  #isWaiting = false;

  /** True once the scheduler that started this process is gone. */
  isOrphan(): boolean {
    return this.#process.platform !== "win32" && this.#process.ppid !== this.#parent;
  }

  /** The channel is broken. If the scheduler is gone, nobody would record what this task does; else it ends us and says why. */
  orphaned(): void {
    if (this.isOrphan() || this.#process.platform === "win32") return this.now();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    let looks = 0;
    this.#setInterval(() => {
      looks += 1;
      if (this.isOrphan() || looks > MAX_LOOKS) this.now();
    }, LOOK_MS);
  }

  /** Children end with their parent. */
  now(): void {
    try {
      if (this.#process.platform !== "win32") this.#kill(-this.#process.pid, "SIGKILL");
    } catch {
      // Not the leader of a group.
    }
    this.#leave(1);
  }
}
