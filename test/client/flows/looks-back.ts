import { current, FlowSpec, main, step } from "millrace";
import { Run } from "millrace/client";

/** Looks at its own run while it goes on, in whatever datastore that is. */
class LooksBackFlow extends FlowSpec {
  word = "from the start";
  seen!: unknown;

  @step start() {
    console.log("started");
    this.next(this.look);
  }

  @step async look() {
    const run = await Run.get<LooksBackFlow>(`${current.flowName}/${current.runId}`);
    const start = await run.step("start").task();
    this.seen = {
      status: run.status,
      word: await start.data.word,
      log: await start.logs("stdout"),
      own: (await run.step("look").task()).status,
    };
    this.next(this.end);
  }

  @step end() {}
}

main(LooksBackFlow);
