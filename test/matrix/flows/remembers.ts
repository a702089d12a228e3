import { cache, FlowSpec, main, step } from "millrace";

/** Works something out once: a second run takes it from the cache. */
class RemembersFlow extends FlowSpec {
  table!: Float64Array;
  sum!: number;

  @cache()
  @step
  start() {
    this.table = Float64Array.from({ length: 1000 }, (_, at) => Math.sqrt(at));
    this.next(this.end);
  }

  @step end() {
    this.sum = this.table.reduce((sum, value) => sum + value, 0);
  }
}

main(RemembersFlow);
