import { catchError, current, FlowSpec, type Inputs, main, retry, step } from "millrace";

class Passing extends Error {
  override name = "Passing";
}

/** Retries in several manners, side by side. */
class AttemptsFlow extends FlowSpec {
  succeededOn!: number;
  problem: Error | undefined;
  kept!: string;
  seen!: Record<string, unknown>;

  @step start() {
    this.kept = "from the start";
    this.next(this.third, this.waiting, this.choosy, this.lenient);
  }

  @retry({ times: 3 })
  @step
  third() {
    if (current.attempt < 2) throw new Error(`attempt ${current.attempt} is too early`);
    this.succeededOn = current.attempt;
    this.next(this.join);
  }

  @retry({ times: 2, delay: "100ms", backoff: 3, jitter: false })
  @step
  waiting() {
    if (current.attempt < 2) throw new Error("not yet");
    this.succeededOn = current.attempt;
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @retry({ times: 5, on: (error) => error instanceof Passing })
  @step
  choosy() {
    this.kept = `set before the throw in attempt ${current.attempt}`;
    refuse();
    this.next(this.join);
  }

  @catchError({ as: "problem" })
  @retry({ times: 1 })
  @step
  lenient() {
    if (current.attempt === 0) throw new Error("once");
    this.next(this.join);
  }

  @step join(inputs: Inputs<AttemptsFlow>) {
    this.seen = {
      third: inputs.third.succeededOn,
      waiting: inputs.waiting.succeededOn,
      choosy: inputs.choosy.problem?.message,
      choosyKept: inputs.choosy.kept,
      lenient: inputs.lenient.problem,
    };
    this.next(this.end);
  }

  @step end() {}
}

main(AttemptsFlow);

function refuse(): void {
  throw current.attempt === 0 ? new Passing("passes") : new TypeError("stays");
}
