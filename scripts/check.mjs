// Everything that can be said about the code without running it. `npm run check -- lint docs`: only these parts.
import { captureNode } from "./run-node.mjs";

const AT_ONCE = 2;
const TSC = "node_modules/typescript/bin/tsc";
const TSC_7 = "node_modules/typescript-7/bin/tsc";

const PARTS = {
  format: [["node_modules/prettier/bin/prettier.cjs", "--check", "."]],
  lint: [["node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"]],
  sizes: [["scripts/file-sizes.mjs"]],
  names: [["scripts/file-names.mjs"], ["scripts/type-names.mjs"]],
  cycles: [["scripts/cycles.mjs"]],
  types: typesBy(TSC),
  "types-7": typesBy(TSC_7),
  dialects: [TSC, TSC_7].flatMap((tsc) => [
    [tsc, "-p", "test/types/tsconfig.standard.json", "--noEmit"],
    [tsc, "-p", "test/types/tsconfig.legacy.json", "--noEmit"],
  ]),
  "dead-code": [["node_modules/knip/bin/knip.js"]],
  docs: [["node_modules/typedoc/bin/typedoc"]],
  package: [
    ["node_modules/publint/src/cli.js", "--strict"],
    ["node_modules/@arethetypeswrong/cli/dist/index.js", "--pack", ".", "--quiet"],
  ],
};

const NEEDS_NO_BUILD = new Set(["format", "sizes", "names", "cycles", "dead-code"]);

/** What runs in Node, and the page, which runs in a browser. */
function typesBy(tsc) {
  return ["tsconfig.json", "runtime/web/page/tsconfig.json"].map((project) => [tsc, "-p", project, "--noEmit"]);
}

process.exitCode = await check(process.argv.slice(2));

async function check(asked) {
  const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`Unknown part: ${unknown.join(", ")}. The parts are ${Object.keys(PARTS).join(", ")}.`);
    return 2;
  }
  const waiting = asked.length > 0 ? [...asked] : Object.keys(PARTS);
  const results = [];
  if (!waiting.every((name) => NEEDS_NO_BUILD.has(name))) {
    // First and alone: examples and tests see the package through its built types.
    results.push(await runPart("build", [["scripts/ensure-built.mjs"]]));
  }
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      results.push(await runPart(name, PARTS[name]));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  console.log(
    failed.length > 0
      ? `check failed: ${failed.join(", ")}`
      : `check passed: ${results.map(({ name }) => name).join(", ")}`,
  );
  return failed.length > 0 ? 1 : 0;
}

async function runPart(name, commands) {
  const startedMs = performance.now();
  const output = [];
  let passed = true;
  for (const command of commands) {
    const result = await captureNode(command);
    passed &&= result.code === 0;
    if (result.code !== 0 || result.output.includes("warning:")) output.push(result.output.trim());
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  console.log(`${passed ? "ok    " : "FAILED"} ${name.padEnd(10)} ${seconds} s`);
  if (output.length > 0) console.log(output.join("\n").replaceAll(/^/gm, "    "));
  return { name, passed };
}
