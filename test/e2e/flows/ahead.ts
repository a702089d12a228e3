import fs from "node:fs";
import { type Inputs, FlowSpec, main, parameter, step, timeout } from "millrace";

/** What each of many short tasks does; most do nothing but say who they are. */
type Act = "nothing" | "busy" | "exit" | "throw" | "timer" | "hang";

export class AheadFlow extends FlowSpec {
  @parameter() acts = "";
  @parameter() tasks = 120;
  /** A file in which each task notes when it began and ended. */
  @parameter() notes = "";
  items: Act[] = [];
  said = "";

  @step start() {
    const acts = JSON.parse(this.acts || "{}") as Record<string, Act>;
    this.items = Array.from({ length: this.tasks }, (_, index) => acts[String(index)] ?? "nothing");
    this.next(this.work, { foreach: "items" });
  }

  @timeout({ seconds: 2 })
  @step
  async work(act: Act) {
    const began = Date.now();
    process.stdout.write(`out of ${String(this.index)}`);
    process.stderr.write(`err of ${String(this.index)}\n`);
    if (act === "busy") while (Date.now() < began + 1_000);
    if (act === "timer") setTimeout(() => undefined, 60_000);
    if (act === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (act === "throw") throw new Error(`task ${String(this.index)} failed`);
    const worked = `${String(this.index)} ${String(began)} ${String(Date.now())} ${String(process.pid)}\n`;
    fs.appendFileSync(this.notes, worked);
    if (act === "exit") process.exit(3);
    this.said = String(this.index);
    this.next(this.join);
  }

  @step join(inputs: Inputs<AheadFlow>) {
    this.said = inputs.map(({ said }) => said).join();
    this.next(this.end);
  }

  @step end() {}
}

main(AheadFlow);
