import fs from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { type Finished, millrace, node, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

function flow(body: string, before = ""): string {
  return `import { FlowSpec, main, parameter, retry, step } from "millrace";
import { limit } from "./limit.ts";
${before}
class Sample extends FlowSpec {
  ${body}
  @step end() { void limit; }
}
main(Sample);
`;
}
const START = "@step start() { this.next(this.end); }";

/** What the flow file says, the place of the mistake, and what is said of it. */
const MISTAKES: readonly (readonly [name: string, text: string, place: RegExp, message: RegExp])[] = [
  ["a static step", flow("@step static start() {}"), /at flow\.ts:5:\d+/, /Cannot apply @step to static start/],
  [
    "a parameter that is a method",
    flow(`@parameter() rate() {} ${START}`),
    /at flow\.ts:5:\d+/,
    /Cannot apply @parameter to method rate/,
  ],
  ["a decorator without ()", flow(`@retry ${START}`), /at flow\.ts:5:\d+/, /write @retry\(\)/],
  [
    "a decorator's factory that throws",
    flow(`@step(undefined!.x) start() {}`),
    /at flow\.ts:5:\d+/,
    /TypeError: Cannot read properties of undefined/,
  ],
  ["a thrown text", flow(START, 'if (limit > 1) throw "no limit";'), /^/, /throws while it is loaded: no limit/],
];

test.each(MISTAKES)(
  "%s is told in the same short words by every way to start",
  async (_, text, place, message) => {
    const files = { "flow.ts": text, "limit.ts": "export const limit = 5;\n", "package.json": ESM };
    const [standard, legacy] = [STANDARD, LEGACY].map((tsconfig) =>
      makeProject({ ...files, "tsconfig.json": tsconfig }),
    );
    const ended = await Promise.all([
      tsx(path.join(standard!, "flow.ts"), ["check", "--json"], { cwd: standard! }),
      tsx(path.join(legacy!, "flow.ts"), ["run", "--json"], { cwd: legacy! }),
      millrace(["check", "flow.ts", "--json"], { cwd: standard! }),
      millrace(["status", "flow.ts", "--json"], { cwd: legacy! }),
    ]);
    for (const one of ended) expectMistake(one, { place, message });
    expect(
      new Set(ended.map(({ stdout }) => (JSON.parse(stdout) as { error: { headline: string } }).error.headline)).size,
    ).toBe(1);
  },
  180_000,
);

test("a mistake in a module that the flow imports, and in one that was compiled for Node", async () => {
  const cwd = makeProject({
    "flow.ts": flow(START),
    "limit.ts": "\nexport const limit: number = JSON.parse('{');\n",
    "package.json": ESM,
    "tsconfig.json": STANDARD,
  });
  const compiled = transformSync(flow("@step *start() {}"), { loader: "ts", target: "node20" }).code;
  fs.writeFileSync(path.join(cwd, "compiled.mjs"), compiled.replace("./limit.ts", "./limit.mjs"));
  fs.writeFileSync(path.join(cwd, "limit.mjs"), "export const limit = 5;\n");
  const at = { cwd };
  const place = /at limit\.ts:2:\d+/;
  expectMistake(await tsx(path.join(cwd, "flow.ts"), ["run", "--json"], at), { place, message: /SyntaxError/ });
  expectMistake(await millrace(["run", "flow.ts", "--json"], at), { place, message: /SyntaxError/ });
  const built = await node([path.join(cwd, "compiled.mjs"), "check", "--json"], at);
  expectMistake(built, { place: /at compiled\.mjs:\d+:\d+/, message: /Cannot apply @step to generator start/ });
}, 120_000);

test("another program that uses Millrace fails as Node lets it fail", async () => {
  const cwd = makeProject({
    "server.mjs": 'import { step } from "millrace";\nvoid step;\nthrow new Error("no port");\n',
    "handled.mjs":
      'import { step } from "millrace";\nprocess.on("uncaughtException", (error) => { console.log(error.message); process.exit(7); });\nstep({ begin: 1 });\n',
  });
  for (const command of ["serve", "check"]) {
    const server = await node([path.join(cwd, "server.mjs"), command], { cwd });
    expect([server.code, server.stdout]).toEqual([1, ""]);
    expect(server.stderr).toMatch(/throw new Error[\s\S]*at file:.*server\.mjs:3:7/);
  }
  const handled = await node([path.join(cwd, "handled.mjs"), "check"], { cwd });
  expect([handled.code, handled.stderr]).toEqual([7, ""]);
}, 60_000);

function expectMistake(
  { code, stdout, stderr }: Finished,
  { place, message }: { place: RegExp; message: RegExp },
): void {
  expect(code, stderr).toBe(2);
  expect(stderr).toMatch(/^error: Cannot /);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(place);
  expect(stderr.trim().split("\n").length).toBeLessThan(5);
  const { error } = JSON.parse(stdout) as { error: { code: string; details: string[] } };
  expect(error.code).toMatch(/^MILLRACE_/);
  expect(error.details.join("\n")).toMatch(place);
}
