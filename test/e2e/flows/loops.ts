import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** A step that repeats itself, and the same inside a foreach. */
class LoopsFlow extends FlowSpec {
  @parameter verdict = "other";

  rounds = 0;
  more: "again" | "enough" = "again";
  limits = [1, 3];
  total!: number[];
  answer!: string;

  @step start() {
    this.rounds += 1;
    this.more = this.rounds < 4 ? "again" : "enough";
    this.next({ again: this.start, enough: this.fan }, { condition: "more" });
  }

  @step fan() {
    this.rounds = 0;
    this.next(this.each, { foreach: "limits" });
  }

  @step each() {
    this.rounds += 1;
    this.more = this.rounds < Number(this.input) ? "again" : "enough";
    this.next({ again: this.each, enough: this.leave }, { condition: "more" });
  }

  @step leave() {
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<LoopsFlow>) {
    this.total = inputs.map((input) => input.rounds);
    this.next(this.judge);
  }

  @step judge() {
    this.next({ good: this.praise, default: this.shrug }, { condition: "verdict" });
  }

  @step praise() {
    this.answer = "praise";
    this.next(this.strict);
  }

  @step shrug() {
    this.answer = "shrug";
    this.next(this.strict);
  }

  @step strict() {
    this.next({ praise: this.end, other: this.end }, { condition: "answer" });
  }

  @step end() {}
}

main(LoopsFlow);
