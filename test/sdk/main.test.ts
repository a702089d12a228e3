import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeAll, expect, test } from "vitest";
import { host } from "../../sdk/base/host.ts";
import { FlowSpec, main } from "../../sdk/index.ts";

const run = promisify(execFile);
const TSX = fileURLToPath(import.meta.resolve("tsx/cli"));
let folder: string;

const FLOW = `
  class HelloFlow extends FlowSpec { @step start() {} }
  main(HelloFlow);
  console.log("evaluated");`;
const ESM = `import { FlowSpec, main, step } from "millrace";${FLOW}`;
const COMMON_JS = `const { FlowSpec, main } = require("millrace");${FLOW.replace("@step", "")}`;

const STUB_CLI = `exports.commandLine = { runFromFlowFile };
function runFromFlowFile([Flow], file, args) {
  console.log("cli " + Flow.name + " " + file.split("/").pop() + " " + args.join(","));
}`;

/** The SDK as it is published, with a command line that says how it was started. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "millrace-main-")));
  const packageFolder = path.join(folder, "node_modules/millrace");
  await mkdir(path.join(packageFolder, "dist"), { recursive: true });
  // Under tsx, Node 20 cannot load an ES module from a .cts file: such files need a CommonJS build.
  await buildSdk(path.join(packageFolder, "dist/index.js"), "esm");
  await buildSdk(path.join(packageFolder, "dist/index.cjs"), "cjs");
  await writeFile(path.join(packageFolder, "dist/cli.cjs"), STUB_CLI);
  const entry = { require: "./dist/index.cjs", default: "./dist/index.js" };
  const manifest = { name: "millrace", type: "module", exports: { ".": entry, "./package.json": "./package.json" } };
  await writeFile(path.join(packageFolder, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(folder, "flow.ts"), ESM);
  await writeFile(path.join(folder, "flow.mts"), ESM);
  await writeFile(path.join(folder, "flow.cts"), ESM);
  await writeFile(path.join(folder, "plain.mjs"), ESM.replace("@step", ""));
  await writeFile(path.join(folder, "common.cjs"), COMMON_JS);
  await writeFile(path.join(folder, "bare.js"), COMMON_JS);
  await writeFile(path.join(folder, "importing.mts"), `import "./flow.mts"; console.log("imported");`);
  await symlink(path.join(folder, "flow.mts"), path.join(folder, "linked.mts"));
  await build({
    entryPoints: [path.join(folder, "flow.mts")],
    outfile: path.join(folder, "bundled.mjs"),
    bundle: true,
    target: "node20",
    platform: "node",
    format: "esm",
  });
});

afterEach(() => {
  host().main = undefined;
});

async function buildSdk(outfile: string, format: "esm" | "cjs"): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("../../sdk/index.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format,
    logLevel: "error",
  });
}

async function start(...args: string[]): Promise<string[]> {
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  return stdout.trim().split("\n");
}

test.each([
  ["an ESM file under tsx", [TSX, "flow.mts", "run", "--x"], "flow.mts run,--x"],
  ["a CommonJS file under tsx", [TSX, "flow.cts", "run"], "flow.cts run"],
  ["a file without a package's type under tsx", [TSX, "flow.ts"], "flow.ts "],
  ["plain ESM", ["plain.mjs", "show"], "plain.mjs show"],
  ["plain CommonJS", ["common.cjs", "show"], "common.cjs show"],
  ["a name without extension", ["bare", "show"], "bare.js show"],
  ["a symbolic link", [TSX, "linked.mts"], "flow.mts "],
  ["a bundle that holds the SDK", ["bundled.mjs", "run"], "bundled.mjs run"],
  ["a file with source maps on", [TSX, "--enable-source-maps", "flow.mts"], "flow.mts "],
])("main starts the command line from %s, after the file is evaluated", async (_title, args, expected) => {
  expect((await start(...args)).map((line) => line.trim())).toEqual(["evaluated", `cli HelloFlow ${expected}`.trim()]);
});

test("main does nothing in a file that another one imports", async () => {
  expect(await start(TSX, "importing.mts")).toEqual(["evaluated", "imported"]);
});

test("main gives the class to a host that evaluates the file on purpose", () => {
  const seen: unknown[] = [];
  host().main = (Flow) => void seen.push(Flow);
  class Fixture extends FlowSpec {}
  main(Fixture);
  expect(seen).toEqual([Fixture]);
});
