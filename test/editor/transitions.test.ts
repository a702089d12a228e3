import { describe, expect, test } from "vitest";
import { openEditor } from "./open-editor.ts";

/** A flow whose `start` ends like this. */
function flow(end: string): string {
  return `import { FlowSpec, type Inputs, step } from "millrace";
class SampleFlow extends FlowSpec {
  shards: { readonly id: number }[] = [];
  words = new Set<string>();
  size!: "small" | "large";
  score = 0;
  model!: { name: string };
  @step start() { ${end} }
  @step train(item: { readonly id: number }) { this.next(this.join); }
  @step quick() { this.next(this.end); }
  @step deep() { this.next(this.end); }
  @step join(inputs: Inputs<SampleFlow>) { this.next(this.end); }
  @step end() {}
}
`;
}

// Each dialect starts a compiler, which takes seconds.
describe.each(["standard", "legacy"] as const)("while this.next is written, in the %s dialect", (dialect) => {
  const editor = openEditor({ dialect });
  const offered = (end: string) => editor.completions(flow(end));
  const problems = (end: string) => editor.problems(flow(end));

  test("an editor offers options, artifacts that fit each, and the missing cases", { timeout: 120_000 }, () => {
    expect(offered("this.next(this.train, { ‸ })")).toEqual(["condition", "foreach", "numParallel"]);
    expect(offered('this.next(this.train, { foreach: "‸" })')).toEqual(["shards", "words"]);
    expect(offered('this.next(this.train, { foreach: "sh‸" })')).toEqual(["shards", "words"]);
    expect(offered('this.next({ small: this.quick, large: this.deep }, { condition: "‸" })')).toEqual([
      "size",
      "score",
    ]);
    expect(offered('this.next({ ‸ }, { condition: "size" })')).toEqual(["large", "small"]);
    expect(offered('this.next({ small: this.quick, ‸ }, { condition: "size" })')).toEqual(["large"]);
  });

  test("what is shown of next fits on a screen", { timeout: 120_000 }, () => {
    const shown = (end: string) => editor.hover(flow(end)).split("\n");
    for (const end of [
      "this.next‸(this.quick)",
      "this.next‸(this.quick, this.deep)",
      "this.next‸(this.join)",
      'this.next‸(this.train, { foreach: "shards", label: "id" })',
      'this.next‸({ small: this.quick, large: this.deep }, { condition: "size" })',
      "this.next‸(this.quick, { numParallel: 4 })",
      'this.next‸(this.train, { foreach: "shard" })',
    ]) {
      const lines = shown(end);
      expect(lines[0]).toContain("FlowSpec.next<");
      const onScreen = lines.reduce((sum, { length }) => sum + Math.ceil(length / 120), 0);
      expect(onScreen, lines.join("\n")).toBeLessThanOrEqual(16);
    }
    expect(shown("this.next‸(this.quick)")).toEqual([
      "(method) FlowSpec.next<() => void, readonly []>(first: () => void): void",
    ]);
  });

  test("the compiler names the mistake and what would do", { timeout: 120_000 }, () => {
    expect(problems('this.next(this.train, { foreach: "shards" })')).toEqual([]);
    expect(problems('this.next({ small: this.quick, large: this.deep }, { condition: "size" })')).toEqual([]);
    expect(problems('this.next(this.train, { foreach: "shard" })')).toEqual([
      `Type '"shard"' is not assignable to type '"shards" | "words" | Refused<"the flow has no artifact shard">'. Did you mean '"shards"'?`,
    ]);
    expect(problems('this.next(this.train, { foreach: "score" })')).toEqual([
      `Type '"score"' is not assignable to type '"shards" | "words" | Refused<"artifact score cannot be iterated, so foreach cannot fan out over it">'.`,
    ]);
    expect(problems('this.next({ small: this.quick }, { condition: "siz" })')).toEqual([
      `Type '"siz"' is not assignable to type '"size" | "score" | Refused<"the flow has no artifact siz">'. Did you mean '"size"'?`,
    ]);
    expect(problems('this.next({ small: this.quick }, { condition: "model" })')).toEqual([
      `Type '"model"' is not assignable to type '"size" | "score" | Refused<"artifact model is not a string, number or boolean, so a switch cannot choose by it">'.`,
    ]);
    expect(problems('this.next({ small: this.quick }, { condition: "size" })').join("\n")).toContain(
      "Property 'large' is missing in type '{ small: () => void; }' but required in type '{ readonly large: unknown; }'",
    );
    expect(problems('this.next({ small: this.quick, larg: this.deep }, { condition: "size" })').join("\n")).toContain(
      'Refused<"case \\"larg\\" cannot occur: artifact size never has this value">',
    );
    expect(problems('this.next(this.train, { foreach: "shards", foo: 1 })').join("\n")).toContain(
      'Refused<"option foo does not go with foreach">',
    );
    expect(problems("this.next(this.train)").join("\n")).toContain(
      'Refused<"this step takes an item: lead to it with { foreach: … }">',
    );
    expect(problems("this.next(this.quik)")).toEqual([
      "Property 'quik' does not exist on type 'SampleFlow'. Did you mean 'quick'?",
    ]);
  });
});
