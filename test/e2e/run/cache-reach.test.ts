import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { logOf, type FlowRun, millrace, withRun } from "../../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, cache, main, step } from "millrace";
import { weights } from "weights";
import { total } from "sums";

class WeighFlow extends FlowSpec {
  value: unknown = 0;
  other: unknown = 0;
  @step start() { this.next(this.weigh, this.count); }
  @cache() @step weigh() { console.log("computed"); this.value = weights; this.next(this.join); }
  @cache() @step count() { console.log("computed"); this.other = total(2); this.next(this.join); }
  @step join(inputs: unknown[]) { console.log(inputs.length); this.next(this.end); }
  @step end() {}
}
main(WeighFlow);
`;

test("a cached step is computed again when what it reaches changes, and only then", async () => {
  const cwd = makeProject({
    ...{ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM },
    "node_modules/weights/package.json": '{ "name": "weights", "version": "0.4.0", "exports": "./lib/index.mjs" }',
    "node_modules/weights/lib/index.mjs": 'import scale from "scale"; export const weights = [scale];',
    "node_modules/scale/package.json": '{ "name": "scale", "version": "2.0.0" }',
    "node_modules/scale/index.js": "module.exports = 1.5;",
    "sums/package.json": '{ "name": "sums", "version": "1.0.0", "type": "module", "exports": "./sums.js" }',
    "sums/sums.js": "export const total = (n) => n * 2;\n",
  });
  link(path.join(cwd, "sums"), path.join(cwd, "node_modules/sums"));
  const at = { cwd, datastore: path.join(cwd, "store"), env: { MILLRACE_CACHE: path.join(cwd, "cache") } };
  const run = async () => withRun(await millrace(["run", "flow.ts"], at));
  const computed = (of: FlowRun) => ["weigh", "count"].filter((step) => logOf(of, step).includes("computed"));
  const change = (file: string, from: string, to: string) => {
    const place = path.join(cwd, file);
    fs.writeFileSync(place, fs.readFileSync(place, "utf8").replace(from, to));
  };

  expect(computed(await run())).toEqual(["weigh", "count"]);
  expect(computed(await run())).toEqual([]);
  change("node_modules/scale/index.js", "1.5", "2.5");
  expect(computed(await run())).toEqual(["weigh"]);
  change("sums/sums.js", "n * 2", "n * 3");
  expect(computed(await run())).toEqual(["count"]);
  change("node_modules/scale/index.js", "2.5", "1.5");
  expect(computed(await run())).toEqual([]);
});
