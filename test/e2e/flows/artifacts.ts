import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** What becomes an artifact, how it is carried, how it ends. */
export class ArtifactsFlow extends FlowSpec {
  @parameter base = 3;

  initial = { from: "initializer" };
  big!: Float64Array;
  list!: number[];
  nested!: { deep: Map<string, number[]> };
  doomed?: string;
  never!: string;
  nothing: string | undefined;
  _scratch = 1;
  #secret = 2;
  callback = () => this.#secret;

  values!: Record<string, unknown>;
  seen!: Record<string, unknown>;

  @step start() {
    this.big = new Float64Array(50_000).fill(0.5);
    this.list = [1];
    this.nested = { deep: new Map([["a", [1]]]) };
    this.doomed = "until it is deleted";
    this.nothing = undefined;
    this.initial = { from: "start" };
    this._scratch = 5;
    this.#secret = 7;
    this.values = {
      date: new Date(0),
      set: new Set([1n]),
      pattern: /a+/gi,
      buffer: Buffer.from("b"),
      error: new RangeError("far"),
    };
    this.next(this.change);
  }

  @step change() {
    this.list.push(2);
    this.nested.deep.get("a")?.push(2);
    this.seen = { doomed: this.doomed, scratch: this._scratch, secret: this.callback(), initial: this.initial.from };
    delete this.doomed;
    this.next(this.left, this.right);
  }

  @step left() {
    this.next(this.join);
  }

  @step right() {
    this.next(this.join);
  }

  @step join(inputs: Inputs<ArtifactsFlow>) {
    this.seen = {
      initial: this.initial.from,
      list: this.list,
      fromLeft: inputs.left.list,
      fromRight: inputs[1]?.list,
      base: this.base,
      baseOfInput: inputs.left.base,
      count: inputs.length,
    };
    this.next(this.end);
  }

  @step end() {}
}

main(ArtifactsFlow);
