import { FlowSpec, type Inputs, main, step } from "millrace";

/** A branch with a foreach in one path and a switch in the other; its join splits, over a generator, then over nothing. */
class BranchesFlow extends FlowSpec {
  items = ["x", "y"];
  size: "small" | "large" = "large";
  word!: string;
  words!: string[];
  numbers!: Iterable<number>;
  none: number[] = [];
  square!: number;
  squares!: number[];
  emptyCount!: number;

  @step start() {
    this.next(this.fan, this.choose);
  }

  @step fan() {
    this.next(this.each, { foreach: "items" });
  }

  @step each(item: string) {
    this.word = `${item}${String(this.index)}`;
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<BranchesFlow>) {
    this.words = inputs.map((input) => input.word);
    this.next(this.meet);
  }

  @step choose() {
    this.next({ small: this.quick, large: this.deep }, { condition: "size" });
  }

  @step quick() {
    this.word = "quick";
    this.next(this.chosen);
  }

  @step deep() {
    this.word = "deep";
    this.next(this.chosen);
  }

  @step chosen() {
    this.words = [this.word];
    this.next(this.meet);
  }

  @step meet(inputs: Inputs<BranchesFlow>) {
    this.words = [...inputs.gather.words, ...inputs.chosen.words];
    this.numbers = (function* count() {
      yield 1;
      yield 2;
      yield 3;
    })();
    this.next(this.compute, { foreach: "numbers" });
  }

  @step compute(number: number) {
    this.square = number ** 2;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<BranchesFlow>) {
    this.squares = inputs.map((input) => input.square);
    this.mergeArtifacts(inputs, { include: ["words"] });
    this.next(this.unreached, { foreach: "none" });
  }

  @step unreached() {
    this.next(this.empty);
  }

  @step empty(inputs: Inputs<BranchesFlow>) {
    this.emptyCount = inputs.length;
    this.next(this.end);
  }

  @step end() {}
}

main(BranchesFlow);
