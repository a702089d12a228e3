import fs from "node:fs";
import { catchError, current, FlowSpec, type Inputs, main, parameter, retry, step } from "millrace";

/** All that a state machine has to do: attempts, nested splits, a switch, a loop, an error that is caught. */
class LineFlow extends FlowSpec {
  @parameter({ help: "How many chunks of rows there are" })
  chunks = 2;

  parts: number[] = [];
  pages: number[] = [];
  attempts = 0;
  rounds = 0;
  choice = "";
  sum = 0;
  note: unknown = null;

  @retry({ times: 2, delay: "1s" })
  @step
  start() {
    if (current.attempt < 1) throw new Error("the first attempt fails");
    this.attempts = current.attempt;
    this.parts = Array.from({ length: this.chunks }, (_, index) => index + 1);
    this.next(this.read, { foreach: "parts" });
  }

  @step
  read(part: number) {
    this.pages = [part * 10, part * 10 + 1];
    this.next(this.parse, { foreach: "pages" });
  }

  @step
  parse(page: number) {
    this.sum = page;
    this.next(this.chunk);
  }

  @step
  chunk(inputs: Inputs<LineFlow>) {
    this.sum = inputs.reduce((sum, { sum: own }) => sum + own, 0);
    this.next(this.total);
  }

  @step
  total(inputs: Inputs<LineFlow>) {
    this.sum = inputs.reduce((sum, { sum: own }) => sum + own, 0);
    this.next(this.left, this.right);
  }

  @catchError({ as: "note" })
  @step
  left() {
    if (fs.existsSync("/")) throw new Error("this one is caught");
    this.next(this.both);
  }

  @step
  right() {
    this.rounds += 1;
    this.choice = this.rounds < 2 ? "again" : "done";
    this.next({ again: this.right, done: this.ready }, { condition: "choice" });
  }

  @step
  ready() {
    this.next(this.both);
  }

  @step
  both(inputs: Inputs<LineFlow>) {
    this.sum = inputs[0]!.sum;
    this.rounds = Math.max(...inputs.map(({ rounds }) => rounds));
    this.next(this.end);
  }

  @step
  end() {}
}

main(LineFlow);
