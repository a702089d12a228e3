import fs from "node:fs";
import { catchError, current, FlowSpec, type Inputs, main, retry, step } from "millrace";

// Left open on purpose: the launcher evaluates this, too, and must still end.
setInterval(() => undefined, 1_000);

/** Legal things that once broke a run. */
class HostileFlow extends FlowSpec {
  items = [1, 2, 3];
  received!: number;
  isKept!: boolean;
  level!: number;
  nothing: null | string = null;
  seen!: { received: number[]; nothing: unknown[]; text: string };
  long: Error | undefined;
  odd: Error | undefined;

  @step start() {
    process.chdir(current.tempDir);
    process.send?.({ type: "done", hello: 1 });
    this.next(this.work, { foreach: "items" });
  }

  // A parameter with a default does not count in Function.length.
  @step work(item = 99) {
    this.received = item;
    this.isKept = item > 1;
    this.level = Math.min(item, 2);
    this.next(this.join);
  }

  @step join(inputs: Inputs<HostileFlow>) {
    const nothing = inputs.map((input) => input.nothing);
    this.seen = {
      received: inputs.map((input) => input.received),
      nothing,
      text: (inputs[0] as unknown as { toString(): string }).toString(),
    };
    this.mergeArtifacts(
      inputs.filter((input) => input.isKept),
      { include: ["isKept", "level"] },
    );
    this.next(this.longMessage);
  }

  @catchError({ as: "long" })
  @step
  longMessage() {
    if (this.items.length > 0) throw new Error("x".repeat(1_000_000));
    this.next(this.oddError);
  }

  @retry({ times: 1 })
  @catchError({ as: "odd" })
  @step
  oddError() {
    if (this.items.length > 0)
      throw Object.assign(new Error("real", { cause: Object.create(null) }), { code: { a: 1 } });
    this.next(this.closesOutput);
  }

  @step closesOutput() {
    fs.closeSync(1);
    this.next(this.end);
  }

  @step end() {
    console.log("over");
  }
}

main(HostileFlow);
