import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** A loop whose body is a foreach, beside a branch in a branch in which a switch leads into a branch. */
class MixedFlow extends FlowSpec {
  @parameter size = "big";

  round = 0;
  items!: number[];
  value!: number;
  sums: number[] = [];
  more = true;
  trail: string[] = [];

  @step start() {
    this.next(this.head, this.other);
  }

  @step head() {
    this.round += 1;
    this.items = Array.from({ length: this.round }, (_, item) => item + 1);
    this.next(this.body, { foreach: "items" });
  }

  @step body(item: number) {
    this.value = item * this.round;
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<MixedFlow>) {
    this.mergeArtifacts(inputs, { include: ["round", "sums"] });
    this.sums.push(inputs.reduce((sum, { value }) => sum + value, 0));
    this.more = this.round < 3;
    this.next({ true: this.head, false: this.leave }, { condition: "more" });
  }

  @step leave() {
    this.next(this.meet);
  }

  @step other() {
    this.next(this.p, this.q);
  }

  @step p() {
    this.next({ big: this.big, small: this.small }, { condition: "size" });
  }

  @step big() {
    this.next(this.p1, this.p2);
  }

  @step p1() {
    this.trail.push("p1");
    this.next(this.joinP);
  }

  @step p2() {
    this.trail.push("p2");
    this.next(this.joinP);
  }

  @step joinP(inputs: Inputs<MixedFlow>) {
    this.trail = [...inputs.p1.trail, ...inputs.p2.trail];
    this.next(this.out);
  }

  @step small() {
    this.trail.push("small");
    this.next(this.out);
  }

  @step out() {
    this.next(this.inner);
  }

  @step q() {
    this.trail.push("q");
    this.next(this.inner);
  }

  @step inner(inputs: Inputs<MixedFlow>) {
    this.trail = inputs.flatMap((input) => input.trail);
    this.next(this.meet);
  }

  @step meet(inputs: Inputs<MixedFlow>) {
    this.sums = inputs.leave.sums;
    this.trail = inputs.inner.trail;
    this.next(this.end);
  }

  @step end() {}
}

main(MixedFlow);
