import { FlowSpec, step, type FlowData, type Inputs } from "../../sdk/index.ts";
import type { FlowSpecMember } from "../../sdk/inputs.ts";

/** What `Inputs` and `FlowData` show of a flow. */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<Claim extends true>(): Claim | undefined {
  return undefined;
}

holds<Equal<FlowSpecMember, keyof FlowSpec>>();

class ScoresFlow extends FlowSpec {
  score = 0;
  readonly name: string = "a";
  models?: Map<string, number>;
  #secret = 1;
  _scratch = 2;

  @step start() {
    this.next(this.fitA, this.fitB);
  }
  @step fitA() {
    this.score = this.#secret;
    this.next(this.filter);
  }
  @step fitB() {
    this.next(this.filter);
  }
  @step filter(inputs: Inputs<ScoresFlow>) {
    const score: number = inputs.fitA.score + inputs.fitB.score;
    const names: string[] = inputs.map((input) => input.name);
    const [first] = inputs;
    // @ts-expect-error inputs are read-only
    inputs.fitA.score = 1;
    // @ts-expect-error there is no such step
    void inputs.fitC;
    // @ts-expect-error there is no such artifact
    void inputs.fitA.scores;
    // @ts-expect-error methods are no data
    void inputs.fitA.fitB;
    // @ts-expect-error the order of a split is fixed
    inputs.push(inputs.fitA);
    this.score = score + names.length + (first?.score ?? 0) + inputs.filter((input) => input.score > 0).length;
    this.next(this.end);
  }
  @step end() {}
}

holds<Equal<keyof FlowData<ScoresFlow>, "score" | "name" | "models">>();
holds<Equal<FlowData<ScoresFlow>["score"], number>>();
holds<Equal<Inputs<ScoresFlow>["fitA"], FlowData<ScoresFlow>>>();

/** A view reads like plain data, so functions can take it. */
export function best(inputs: Inputs<ScoresFlow>): number {
  return Math.max(...inputs.map((input: FlowData<ScoresFlow>) => input.score));
}
