import { cache, catchError, config, FlowSpec, type Inputs, main, parameter, step } from "millrace";
import { isFirst, mark } from "../resume/flows/mark.ts";

/** Each cached body leaves a line when it really runs. */
class CacheFlow extends FlowSpec {
  @parameter() scale = 2;
  @parameter() items = ["a", "b", "c"];
  @parameter() other = 0;
  @config() settings = { depth: 1 };

  base!: Map<string, number>;
  label!: string;
  flaky!: string;
  scaled!: string;
  all!: string[];
  sides!: string[];

  @cache()
  @step
  start() {
    mark("start");
    this.base = new Map(this.items.map((item, index) => [item, index * this.scale]));
    this.next(this.work, { foreach: "items" });
  }

  @cache()
  @step
  work(item: string) {
    mark(`work ${item}`);
    this.scaled = `${item}=${this.base.get(item)} (${this.settings.depth})`;
    this.next(this.collect);
  }

  @cache()
  @step
  collect(inputs: Inputs<CacheFlow>) {
    mark("collect");
    this.all = inputs.map(({ scaled }) => scaled);
    this.next(this.left, this.right);
  }

  @cache()
  @step
  left() {
    mark("left");
    this.label = "left";
    this.next(this.merge);
  }

  @cache({ ttl: "1h" })
  @step
  right() {
    mark("right");
    this.label = "right";
    this.next(this.merge);
  }

  @step merge(inputs: Inputs<CacheFlow>) {
    mark("merge");
    this.sides = inputs.map(({ label }) => label);
    this.mergeArtifacts(inputs, { include: ["all"] });
    this.next(this.fails);
  }

  @cache()
  @catchError()
  @step
  fails() {
    mark("fails");
    if (isFirst("fails")) throw new Error("the first time");
    this.flaky = "fine";
    this.next(this.end);
  }

  @step end() {}
}

main(CacheFlow);
