import { FlowSpec, step, type Inputs } from "../../sdk/index.ts";

/** Every form of `this.next` that must compile, under both decorator dialects. */

interface Shard {
  readonly rows: number;
}

interface LabelledShard extends Shard {
  readonly label: string;
}

class TransitionsFlow extends FlowSpec {
  shards!: LabelledShard[];
  readonly words: ReadonlySet<string> = new Set(["a"]);
  bytes!: Uint8Array;
  pairs?: Map<string, number>;
  size!: "small" | "large";
  isReady = false;
  level!: 1 | 2 | 3;
  answer!: string;
  anything!: unknown[];
  mixtures?: ({ rows: number } | { ripe: boolean; maybe?: string })[] | null;
  private secrets = ["x"];
  protected kept: number[] = [];
  total = 0;

  @step async start() {
    await Promise.resolve();
    this.next(this.fitA, this.fitB, this.fitC);
  }
  @step fitA() {
    this.next(this.ensemble);
  }
  @step fitB(): void {
    this.next(this.ensemble);
  }
  @step async fitC(): Promise<void> {
    this.next(this.ensemble);
  }
  @step ensemble(inputs: Inputs<TransitionsFlow>) {
    this.total = inputs.fitA.total + inputs.reduce((sum, input) => sum + input.total, 0) + this.secrets.length;
    this.mergeArtifacts(inputs, { exclude: ["total"] });
    this.next(this.train, { foreach: "shards" });
  }
  @step train(item: Shard) {
    this.total = item.rows + (this.index ?? 0) + this.foreachStack().length;
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<TransitionsFlow>) {
    this.mergeArtifacts(inputs);
    this.next(this.spell, { foreach: "words" });
  }
  @step spell(word: string) {
    this.next(word === "" ? this.hop : this.hop);
  }
  @step hop() {
    this.next(this.weigh, { foreach: "bytes" });
  }
  @step weigh(byte: number) {
    this.next(this.pair, { foreach: "pairs" });
    this.total += byte;
  }
  @step pair([word, count]: [string, number]) {
    this.total += word.length + count;
    this.next(this.plain, { foreach: "secrets" });
  }
  @step plain() {
    this.next(this.optional);
    this.next(this.plain, { foreach: "kept" });
    this.next(this.any, { foreach: "anything" });
  }
  @step optional(item?: Shard) {
    this.total += item?.rows ?? 0;
    this.next({ small: this.hop, large: this.plain }, { condition: "size" });
  }
  @step any(item: unknown) {
    this.total += Number(item);
    this.next({ small: this.hop, default: this.plain }, { condition: "size" });
  }
  @step chooseReady() {
    this.next({ true: this.hop, false: this.chooseReady }, { condition: "isReady" });
  }
  @step chooseLevel() {
    this.next({ 1: this.hop, 2: this.hop, 3: this.plain }, { condition: "level" });
  }
  @step chooseAnswer() {
    this.next({ yes: this.hop, no: this.plain }, { condition: "answer" });
  }
  @step chooseTotal() {
    this.next({ 0: this.hop, default: this.plain }, { condition: "total" });
  }
  @step labels() {
    this.next(this.train, { foreach: "shards", label: "label" });
    this.next(this.train, { foreach: "shards", label: "rows" });
    this.next(this.pair, { foreach: "pairs", label: "0" });
    this.next(this.pair, { foreach: "pairs", label: 1 });
    this.next(this.any, { foreach: "anything", label: "whatever" });
    this.next(this.mixed, { foreach: "mixtures", label: "ripe" });
    this.next(this.mixed, { foreach: "mixtures", label: "maybe" });
  }
  @step mixed(item: { rows: number } | { ripe: boolean; maybe?: string }) {
    void item;
  }
  @step gang() {
    this.next(this.work, { numParallel: 4 });
  }
  @step work() {
    this.next(this.join);
  }
  @step join(inputs: Inputs<TransitionsFlow>) {
    this.total = inputs.length;
    this.next(this.fitA, this.fitB);
  }
  @step end() {}
}

/** Steps, joins and artifacts of a base class are those of the derived one. */
abstract class BaseFlow extends FlowSpec {
  numbers = [1, 2];
  score = 0;

  @step start() {
    this.next(this.one, { foreach: "numbers" });
  }
  @step one(item: number) {
    this.score = item;
    this.next(this.gather);
  }
  @step gather(inputs: Inputs<BaseFlow>) {
    this.score = Math.max(...inputs.map((input) => input.score));
    this.next(this.extra);
  }
  abstract extra(): void;
  @step end() {}
}

class DerivedFlow extends BaseFlow {
  more: readonly string[] = [];

  @step override extra() {
    this.next(this.word, { foreach: "more" });
  }
  @step word(word: string) {
    this.score += word.length;
    this.next(this.gather);
  }
  @step again() {
    this.next(this.one, { foreach: "numbers" });
  }
}

class GenericFlow<Item> extends FlowSpec {
  items: Item[] = [];
  mode: "on" | "off" = "on";

  @step start() {
    this.next(this.use, { foreach: "items" });
  }
  @step use(item: Item) {
    void item;
    this.next({ on: this.end, off: this.end }, { condition: "mode" });
  }
  @step end() {}
}

export { TransitionsFlow, DerivedFlow, GenericFlow };
