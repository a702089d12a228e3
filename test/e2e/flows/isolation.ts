import os from "node:os";
import { FlowSpec, type Inputs, main, step } from "millrace";
import { count, history } from "./isolation-state.ts";

let evaluations = 0;
evaluations += 1;
const globals = globalThis as { leaked?: string };

/** Each task leaves traces; none may meet another's. */
class IsolationFlow extends FlowSpec {
  items = [1, 2, 3, 4];
  seen!: Record<string, unknown>;
  all!: unknown[];
  pid!: number;
  pids!: number[];

  @step start() {
    this.next(this.each, { foreach: "items" });
  }

  @step each(item: number) {
    this.seen = {
      count: count(),
      history: history.length,
      evaluations: (evaluations += 1),
      env: process.env["E2E_LEAK"] ?? null,
      path: process.env["PATH"] === undefined,
      isAtHome: process.cwd() !== os.tmpdir(),
    };
    history.push(item);
    process.env["E2E_LEAK"] = "leaked";
    delete process.env["PATH"];
    process.chdir(os.tmpdir());
    globals.leaked = "only a fresh process forgets this";
    this.pid = process.pid;
    this.next(this.join);
  }

  @step join(inputs: Inputs<IsolationFlow>) {
    this.all = inputs.map((input) => input.seen);
    this.pids = inputs.map((input) => input.pid);
    this.next(this.end);
  }

  @step end() {}
}

main(IsolationFlow);
