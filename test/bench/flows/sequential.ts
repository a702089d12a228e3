import { FlowSpec, main, parameter, step } from "millrace";

class BenchSequential extends FlowSpec {
  @parameter({ help: "rounds of the loop" }) rounds = 500;

  done = 0;
  state!: "again" | "enough";

  @step start() {
    this.next(this.round);
  }

  @step round() {
    this.done += 1;
    this.state = this.done < this.rounds ? "again" : "enough";
    this.next({ again: this.round, enough: this.end }, { condition: "state" });
  }

  @step end() {
    console.log(`result=${this.done}`);
  }
}

main(BenchSequential);
