import { setTimeout as sleep } from "node:timers/promises";
import { catchError, current, FlowSpec, type Inputs, main, step, timeout } from "millrace";

/** Every way in which a task can end badly; each is caught. */
class DeathsFlow extends FlowSpec {
  problem: Error | undefined;
  kept = "initial";
  wasAborted = false;
  problems!: Record<string, { name: string; message: string } | null>;
  keptValues!: Record<string, string>;
  sawAbort!: boolean;

  @step start() {
    this.kept = "start";
    this.next(
      this.throws,
      this.killed,
      this.exits,
      this.hangs,
      this.rejects,
      this.fires,
      this.slow,
      this.busy,
      this.fine,
    );
  }

  @catchError({ as: "problem" })
  @step
  throws() {
    this.kept = "throws";
    fail();
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  killed() {
    this.kept = "killed";
    process.kill(process.pid, "SIGKILL");
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  exits() {
    this.kept = "exits";
    leave();
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  async hangs() {
    await new Promise(() => undefined);
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  async rejects() {
    void Promise.reject(new RangeError("nobody handles this"));
    await sleep(10_000);
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  async fires() {
    setTimeout(fail, 1);
    await sleep(10_000);
    this.next(this.join);
  }

  // Its time begins before its body does: a busy machine must not spend all of it on that.
  @timeout({ seconds: 2 })
  @catchError({ as: "problem" })
  @step
  async slow() {
    try {
      await sleep(60_000, undefined, { signal: current.signal });
    } catch (error) {
      this.wasAborted = current.signal.aborted;
      throw error;
    }
    this.next(this.join);
  }

  @timeout({ seconds: 0.3 })
  @catchError({ as: "problem" })
  @step
  busy() {
    this.kept = "busy";
    for (;;) Math.random();
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @step
  fine() {
    this.kept = "fine";
    this.next(this.join);
  }

  @step join(inputs: Inputs<DeathsFlow>) {
    const names = ["throws", "killed", "exits", "hangs", "rejects", "fires", "slow", "busy", "fine"] as const;
    this.problems = Object.fromEntries(
      names.map((name) => {
        const { problem } = inputs[name];
        return [name, problem === undefined ? null : { name: problem.name, message: problem.message }];
      }),
    );
    this.keptValues = Object.fromEntries(names.map((name) => [name, inputs[name].kept]));
    this.sawAbort = inputs.slow.wasAborted;
    this.next(this.end);
  }

  @step end() {}
}

function fail(): void {
  throw new RangeError("thrown");
}

function leave(): void {
  process.exit(3);
}

main(DeathsFlow);
