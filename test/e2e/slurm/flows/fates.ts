import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, type Inputs, main, parameter, resources, slurm, step } from "millrace";

/** Each of its branches meets another end; those that lose their node run again. */
@resources({ memory: 300 })
class FatesFlow extends FlowSpec {
  /** Folder of this machine, in which each attempt notes its job. */
  @parameter() gate = "";

  seen!: unknown;

  @step start() {
    this.next(this.exits, this.grows, this.late, this.cancelled, this.nodeless, this.preempted);
  }

  @step exits() {
    process.exitCode = 7;
    leave();
    this.next(this.join);
  }

  @step grows() {
    const kept: Buffer[] = [];
    for (;;) kept.push(Buffer.alloc(16 * 2 ** 20, 1));
    this.next(this.join);
  }

  @slurm({ time: 10, nodelist: "n1" })
  @step
  async late() {
    await this.hangs();
    this.next(this.join);
  }

  @slurm({ nodelist: "n2" })
  @step
  async cancelled() {
    await this.hangs();
    this.next(this.join);
  }

  @slurm({ nodelist: "n3" })
  @step
  async nodeless() {
    if (current.attempt === 0) await this.hangs();
    this.seen = current.attempt;
    this.next(this.join);
  }

  @slurm({ nodelist: "n4", partition: "main", gpu: 2, overrides: { nice: 5 } })
  @step
  async preempted() {
    if (current.attempt === 0) await this.hangs();
    this.seen = { attempt: current.attempt, gpus: process.env["CUDA_VISIBLE_DEVICES"] };
    this.next(this.join);
  }

  @step join(_: Inputs<FatesFlow>) {
    this.next(this.end);
  }

  @step end() {}

  async hangs(): Promise<void> {
    fs.writeFileSync(`${this.gate}/${current.stepName}`, process.env["SLURM_JOB_ID"] ?? "");
    console.log(`${current.stepName} waits`);
    await pause(600_000);
  }
}

function leave(): void {
  process.exit(7);
}

main(FatesFlow);
