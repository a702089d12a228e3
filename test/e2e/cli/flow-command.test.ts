import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { flowCommand } from "../../../runtime/cli/flow-command.ts";
import { toolCommand } from "../../../runtime/settings/tool-command.ts";
import { ROOT } from "../../rigs/harness.ts";
import { flowFolder } from "./flow-folder.ts";

const FLOW = `import { FlowSpec, main, step } from "millrace";
class FailingFlow extends FlowSpec {
  @step({ start: true, end: true }) start() { throw new Error("no data"); }
}
main(FailingFlow);
`;

/** The same, as a compiler leaves it. */
const COMPILED = `import { FlowSpec, main, step } from "millrace";
class FailingFlow extends FlowSpec {
  start() { throw new Error("no data"); }
}
const { prototype } = FailingFlow;
step({ start: true, end: true })(prototype, "start", Object.getOwnPropertyDescriptor(prototype, "start"));
main(FailingFlow);
`;

test.each([
  ["npx --no-install tsx flow.ts", "npx tsx flow.ts"],
  ["npm run --silent train --", "npx tsx flow.ts"],
  ["node_modules/.bin/tsx flow.ts", "npx tsx flow.ts"],
  ["node --import tsx flow.ts", "node --import tsx flow.ts"],
  ["node out/flow.js", "node out/flow.js"],
  [
    "node --max-old-space-size=900 --import tsx 'my flow.ts'",
    "node --max-old-space-size=900 --import tsx 'my flow.ts'",
  ],
  ["node_modules/.bin/millrace flow.ts", "npx millrace flow.ts"],
  ["npx --no-install millrace flow.ts", "npx millrace flow.ts"],
])("the hints after %s name %s, and it runs", async (typed, named) => {
  const cwd = project();
  const failed = await shell(`${typed} run`, cwd);
  expect(failed).toContain(`look into it: ${named} status `);
  const [, hint = ""] = /look into it: (.*)/.exec(failed) ?? [];
  const answer = await shell(hint.replace(/^npx /, "npx --no-install "), cwd);
  expect(answer).toContain("no data");
});

test("a tool on the PATH goes by its name", async () => {
  const cwd = project();
  expect(await shell("tsx flow.ts run", cwd, { onPath: true })).toContain("look into it: tsx flow.ts status ");
  expect(await shell("millrace flow.ts run", cwd, { onPath: true })).toContain(
    "look into it: millrace flow.ts status ",
  );
});

test("each package manager has its own way to start a tool", () => {
  const ways = ["npm/11.19.1 node/v24.1.0", "pnpm/10.2.0 npm/?", "yarn/4.6.0 npm/?", "bun/1.2.0 npm/?", "other/1.0"];
  expect(ways.map((agent) => toolCommand("tsx", { npm_config_user_agent: agent, PATH: "/usr/bin" }))).toEqual([
    "npx tsx",
    "pnpm tsx",
    "yarn tsx",
    "bunx tsx",
    "npx tsx",
  ]);
});

test("options that attach a debugger are not repeated, others of tsx are", () => {
  const tsx = ["--require", "/app/node_modules/tsx/dist/preflight.cjs", "--import", "file:///app/tsx/dist/loader.mjs"];
  const started = { argv0: "/usr/bin/node", variables: { PATH: "" } };
  expect(flowCommand("flow.ts", { ...started, execArgv: [...tsx, "--inspect-brk=9230", "--conditions=dev"] })).toBe(
    "npx tsx --conditions=dev flow.ts",
  );
});

function project(): string {
  const cwd = flowFolder({
    "package.json": JSON.stringify({ type: "module", scripts: { train: "tsx flow.ts" } }),
    "tsconfig.json": JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext" } }),
    "flow.ts": FLOW,
    "my flow.ts": FLOW,
  });
  fs.mkdirSync(path.join(cwd, "out"));
  fs.writeFileSync(path.join(cwd, "out/flow.js"), COMPILED);
  fs.symlinkSync(path.join(ROOT, "node_modules/tsx"), path.join(cwd, "node_modules/tsx"), "dir");
  fs.mkdirSync(path.join(cwd, "node_modules/.bin"));
  fs.symlinkSync("../tsx/dist/cli.mjs", path.join(cwd, "node_modules/.bin/tsx"));
  fs.symlinkSync("../millrace/dist/bin.js", path.join(cwd, "node_modules/.bin/millrace"));
  return cwd;
}

/** All that a command prints in a user's shell, which knows nothing of the package manager that started the tests. */
function shell(command: string, cwd: string, { onPath = false } = {}): Promise<string> {
  const variables = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((one) => !one.includes("node_modules"));
  if (onPath) folders.unshift(path.join(cwd, "node_modules/.bin"));
  const env = { ...Object.fromEntries(variables), PATH: folders.join(path.delimiter), NO_COLOR: "1" };
  return new Promise((resolve) => {
    execFile("sh", ["-c", command], { cwd, env }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
}
