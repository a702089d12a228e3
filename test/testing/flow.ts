import {
  config,
  current,
  FlowSpec,
  includeFile,
  type Inputs,
  main,
  parameter,
  registerType,
  retry,
  step,
} from "millrace";

/** Registered, so that artifacts may hold it. */
export class Model {
  readonly weights: readonly number[];
  constructor(weights: readonly number[]) {
    this.weights = weights;
  }
}
registerType(Model, { name: "test.Model", pack: (model) => model.weights, unpack: (weights) => new Model(weights) });

/** Branches, fans out, chooses, joins: one step of each kind to be tested alone. */
export class ShapesFlow extends FlowSpec {
  @parameter() factors = 2;
  @parameter({ choices: ["small", "large"] }) size: "small" | "large" = "small";
  @includeFile() words = "words.txt";
  @config() limits = { most: 10 };

  shards = ["a", "b"];
  part!: string;
  parts!: string[];
  seen!: unknown;
  shared = 0;
  model!: Model;
  score!: number;

  @step start() {
    console.log(`factors ${this.factors}`);
    this.shared += 1;
    this.next(this.fitA, this.fitB);
  }

  @step fitA() {
    this.model = new Model([this.factors, this.shared]);
    this.score = this.factors;
    this.next(this.ensemble);
  }

  @retry({ times: 2, delay: "0s" })
  @step
  fitB() {
    if (current.attempt === 0) throw new RangeError(`no luck at attempt ${current.attempt}`);
    this.model = new Model([0]);
    this.score = this.factors + 2;
    this.next(this.ensemble);
  }

  @step ensemble(inputs: Inputs<ShapesFlow>) {
    this.mergeArtifacts(inputs, { exclude: ["model", "score"] });
    this.score = (inputs.fitA.score + inputs.fitB.score) / 2;
    this.next(this.split);
  }

  @step split() {
    this.next(this.work, { foreach: "shards" });
  }

  @step work(shard: string) {
    this.part = shard.toUpperCase();
    this.seen = { input: this.input, index: this.index, stack: this.foreachStack() };
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<ShapesFlow>) {
    this.parts = inputs.map((input) => input.part);
    this.mergeArtifacts(inputs, { include: ["score"] });
    this.next({ small: this.quick, large: this.deep }, { condition: "size" });
  }

  @step quick() {
    process.stdout.write("quick\n");
    console.error("careful");
    this.next(this.end);
  }

  @step deep() {
    this.next(this.end);
  }

  @step end() {
    console.log(this.score, this.words.trim(), this.limits.most);
  }
}

/** A second one, chosen by its name. */
export class OtherFlow extends FlowSpec {
  token!: string;

  @step start() {
    this.token = process.env["TOKEN"] ?? "none";
    this.next(this.end);
  }

  @step end() {}
}

/** Fails until it is told not to. */
export class FailingFlow extends FlowSpec {
  @parameter() isBroken = true;
  trail: string[] = [];

  @step start() {
    this.trail.push("start");
    this.next(this.fragile);
  }

  @step fragile() {
    if (this.isBroken) throw new TypeError("broken as asked");
    this.trail.push("fragile");
    this.next(this.end);
  }

  @step end() {}
}

main(ShapesFlow);
