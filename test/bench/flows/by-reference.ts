import { FlowSpec, main, parameter, step } from "millrace";

interface Row {
  readonly id: number;
  readonly text: string;
}

const ROW_BYTES = 200;

class BenchByReference extends FlowSpec {
  @parameter({ help: "size of the object in bytes" }) bytes = 20_000_000;
  @parameter({ help: "steps that it passes through" }) rounds = 20;

  rows!: Row[];
  done = 0;
  state!: "again" | "enough";

  @step start() {
    this.rows = Array.from({ length: Math.ceil(this.bytes / ROW_BYTES) }, (_, id) => ({ id, text: textOf(id) }));
    this.next(this.round);
  }

  @step round() {
    this.done += 1;
    this.state = this.done < this.rounds ? "again" : "enough";
    this.next({ again: this.round, enough: this.end }, { condition: "state" });
  }

  @step end() {
    console.log(`result=${this.rows.length * this.done}`);
  }
}

function textOf(id: number): string {
  return `${id}`.padStart(ROW_BYTES, "row ");
}

main(BenchByReference);
