import { transformSync, type TransformOptions } from "esbuild";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { FlowSpec } from "../../sdk/index.ts";
import { type AnyClass, markStep } from "../../sdk/base/metadata.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";

const COMPILERS: readonly (readonly [string, TransformOptions])[] = [
  ["for Node", { target: "node20" }],
  ["for an old target", { target: "es2016" }],
  ["under legacy decorators", { target: "node20", tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } }],
];

/** What `check` says of a flow with these members, beside a sound start and end. */
function findings(members: string, options: TransformOptions): string[] {
  const source = `give(class Sample extends FlowSpec { ${members} start() { this.next(this.end) } end() {} })`;
  const { code } = transformSync(source, { loader: "ts", ...options });
  const run = runInThisContext(`(FlowSpec, give) => { ${code} }`) as (...given: readonly unknown[]) => void;
  let Flow: AnyClass | null = null;
  run(FlowSpec, (given: AnyClass) => (Flow = given));
  const prototype = Flow!.prototype as unknown as Record<string, object>;
  for (const name of ["start", "end"]) markStep(prototype[name]!, { start: false, end: false, file: null });
  return readFlow(Flow!).findings.map(({ rule, message }) => `${rule}: ${message}`);
}

function refused(name: string): string[] {
  return [`accessor-field: Cannot keep this.${name} for later steps because it is an accessor over private state`];
}

test.each(COMPILERS)("a field with the keyword accessor is refused, compiled %s", (_, options) => {
  expect(findings("accessor best = 0;", options)).toEqual(refused("best"));
});

test.each(COMPILERS)("a getter and a setter over a private field are refused, compiled %s", (_, options) => {
  expect(findings("#n = 0; get count() { return this.#n } set count(n) { this.#n = n }", options)).toEqual(
    refused("count"),
  );
});

test("so are those over a field that starts with an underscore, which is never stored", () => {
  expect(findings("_n = 0; get count() { return this._n } set count(n) { this._n = n }", {})).toEqual(refused("count"));
});

test("those that read and write fields of the flow are kept with these, and a getter may compute from anything", () => {
  const celsius = "kelvin = 0; get celsius() { return this.kelvin - 273 } set celsius(c) { this.kelvin = c + 273 }";
  expect(findings(`${celsius} #cache = 1; get cached() { return this.#cache }`, {})).toEqual([]);
});
