import { FlowSpec, step, type Inputs } from "../../sdk/index.ts";

/** Every mistake in `this.next` that the compiler must find, under both decorator dialects. */

class OtherFlow extends FlowSpec {
  other = "";
}

class MistakesFlow extends FlowSpec {
  shards!: { readonly rows: number }[];
  words: string[] = [];
  size!: "small" | "large";
  isReady = false;
  level!: 1 | 2;
  model = { score: 0 };
  probes: { readonly name: string; read(): number }[] = [];
  count = 3;

  @step start() {
    // @ts-expect-error words are strings, and train takes shards
    this.next(this.train, { foreach: "words" });
    // @ts-expect-error the flow has no artifact shard
    this.next(this.train, { foreach: "shard" });
    // @ts-expect-error a number cannot be iterated
    this.next(this.train, { foreach: "count" });
    // @ts-expect-error a method is no artifact
    this.next(this.train, { foreach: "plain" });
    // @ts-expect-error members of FlowSpec are no artifacts
    this.next(this.train, { foreach: "foreachStack" });
    // @ts-expect-error a foreach cannot lead to a join
    this.next(this.join, { foreach: "shards" });
    // @ts-expect-error a foreach has one target
    this.next(this.train, this.plain, { foreach: "shards" });
    // @ts-expect-error the artifact's name must be a literal
    this.next(this.train, { foreach: this.words[0] ?? "" });
    // @ts-expect-error unknown option
    this.next(this.plain, { forEach: "shards" });
    // @ts-expect-error two kinds of split at once
    this.next(this.plain, { foreach: "shards", numParallel: 2 });
    // @ts-expect-error no option at all
    this.next(this.plain, {});
    // @ts-expect-error the items have no property row
    this.next(this.train, { foreach: "shards", label: "row" });
    // @ts-expect-error a method of an item names nothing
    this.next(this.measure, { foreach: "probes", label: "read" });
    // @ts-expect-error a label is a name, not a function
    this.next(this.train, { foreach: "shards", label: (item: { rows: number }) => item.rows });
    // @ts-expect-error strings are shown themselves
    this.next(this.plain, { foreach: "words", label: "length" });
    // @ts-expect-error label goes with foreach alone
    this.next(this.plain, { numParallel: 2, label: "rows" });
    // @ts-expect-error a label without a foreach
    this.next(this.plain, { label: "rows" });
  }
  @step linear() {
    // @ts-expect-error nothing to go to
    this.next();
    // @ts-expect-error train takes an item
    this.next(this.train);
    // @ts-expect-error one branch takes an item
    this.next(this.plain, this.train);
    // @ts-expect-error an artifact is no step
    this.next(this.model);
    // @ts-expect-error a number is no step
    this.next(this.plain, this.count);
    // @ts-expect-error a name is no step
    this.next("plain");
    // @ts-expect-error the flow has no such step
    this.next(this.missing);
    // @ts-expect-error this join takes another flow's inputs
    this.next(this.foreignJoin);
  }
  @step choose() {
    // @ts-expect-error case "large" is missing
    this.next({ small: this.plain }, { condition: "size" });
    // @ts-expect-error case "huge" cannot occur
    this.next({ small: this.plain, large: this.plain, huge: this.plain }, { condition: "size" });
    // @ts-expect-error case "huge" cannot occur, default or not
    this.next({ huge: this.plain, default: this.plain }, { condition: "size" });
    // @ts-expect-error case "false" is missing
    this.next({ true: this.plain }, { condition: "isReady" });
    // @ts-expect-error case "2" is missing
    this.next({ 1: this.plain }, { condition: "level" });
    // @ts-expect-error an object cannot be switched on
    this.next({ small: this.plain, default: this.plain }, { condition: "model" });
    // @ts-expect-error the flow has no artifact sise
    this.next({ small: this.plain, large: this.plain }, { condition: "sise" });
    // @ts-expect-error a case that takes an item
    this.next({ small: this.train, large: this.plain }, { condition: "size" });
    // @ts-expect-error a switch straight into a join
    this.next({ small: this.join, large: this.plain }, { condition: "size" });
    // @ts-expect-error a case that is no step
    this.next({ small: this.model, large: this.plain }, { condition: "size" });
    // @ts-expect-error cases without a condition
    this.next({ small: this.plain, large: this.plain });
    // @ts-expect-error a condition without cases
    this.next(this.plain, { condition: "size" });
  }
  @step gang() {
    // @ts-expect-error numParallel is a number
    this.next(this.plain, { numParallel: "4" });
    // @ts-expect-error the step of a gang takes nothing
    this.next(this.train, { numParallel: 4 });
    // @ts-expect-error a join is no gang
    this.next(this.join, { numParallel: 4 });
  }
  @step plain() {
    this.next(this.join);
  }
  @step train(item: { readonly rows: number }) {
    this.count = item.rows;
    this.next(this.join);
  }
  @step measure(probe: { readonly name: string }) {
    void probe;
    this.next(this.join);
  }
  @step join(inputs: Inputs<MistakesFlow>) {
    // @ts-expect-error the flow has no artifact totl
    this.mergeArtifacts(inputs, { include: ["totl"] });
    this.next(this.end);
  }
  @step foreignJoin(inputs: Inputs<OtherFlow>) {
    void inputs;
    this.next(this.end);
  }
  @step end() {}
}

export { MistakesFlow };
