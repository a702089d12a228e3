import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, type Inputs, kubernetes, main, step } from "millrace";

/** Each of its branches ends in another way. */
@kubernetes({ cpu: 0.2, memory: 256 })
class FatesFlow extends FlowSpec {
  attempts = 0;
  completionIndex = "";

  @step start() {
    this.next(this.fills, this.unpulled, this.shellless, this.deleted, this.evicted, this.patient);
  }

  @step fills() {
    // Memory counts only once it is written to.
    for (const kept: Buffer[] = []; ;) kept.push(Buffer.alloc(2 ** 24, 1));
    this.next(this.join);
  }

  @kubernetes({ cpu: 0.2, memory: 256, image: "millrace.test/absent:1", imagePullPolicy: "Never" })
  @step
  unpulled() {
    this.next(this.join);
  }

  @kubernetes({ cpu: 0.2, memory: 256, image: "millrace-test:pause", imagePullPolicy: "Never" })
  @step
  shellless() {
    this.next(this.join);
  }

  @step async deleted() {
    console.log("waits to be deleted");
    await pause(600_000, undefined, { signal: current.signal });
    this.next(this.join);
  }

  @step async evicted() {
    this.attempts = current.attempt + 1;
    console.log("waits to be evicted");
    if (current.attempt === 0) await pause(600_000);
    this.next(this.join);
  }

  @kubernetes({ cpu: 0.2, memory: 256, gpu: 1, gpuResource: "millrace.test/gpu" })
  @step
  patient() {
    this.completionIndex = process.env["JOB_COMPLETION_INDEX"] ?? "";
    this.next(this.join);
  }

  @step join(_inputs: Inputs<FatesFlow>) {
    this.next(this.end);
  }

  @step end() {}
}

main(FatesFlow);
