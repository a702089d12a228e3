import path from "node:path";
import { expect, test } from "vitest";
import { logOf, millrace, node, ROOT, runFlow, withRun } from "../../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { FlowSpec, main, step } from "millrace";

class ForksFlow extends FlowSpec {
  @step async start() {
    for (const name of ["child.ts", "nested/grandparent.mts"]) {
      const child = fork(fileURLToPath(new URL(name, import.meta.url)), ["given"]);
      const [message] = await Promise.race([once(child, "message"), once(child, "exit")]);
      console.log(name, "says", message);
    }
    this.next(this.end);
  }
  @step end() {}
}
main(ForksFlow);
`;
const FILES = {
  "flow.ts": FLOW,
  // An enum is more than types to strip; the import is found by the name of the file it becomes.
  "child.ts": `import { half } from "./lib.js"; enum Size { Large = 84 } process.send!(half(Size.Large) + process.argv[2]!.length);`,
  "lib.ts": `export function half(value: number): number { return value / 2; }`,
  "nested/grandparent.mts": `
    import { fork } from "node:child_process";
    const child = fork(new URL("grandchild.ts", import.meta.url));
    child.on("message", (text: unknown) => process.send!("heard " + String(text)));
  `,
  "nested/grandchild.ts": `const name: string = "grandchild"; process.send!(name);`,
  "tsconfig.json": STANDARD,
  "package.json": ESM,
};
const SAID = "child.ts says 47\nnested/grandparent.mts says heard grandchild\n";

function project(): string {
  const folder = makeProject(FILES);
  link(path.join(ROOT, "node_modules/tsx"), path.join(folder, "node_modules/tsx"));
  return folder;
}

test("a step forks TypeScript files as the program does that tsx runs, and they fork further ones", async () => {
  const cwd = project();
  const run = await runFlow(path.join(cwd, "flow.ts"), ["run"], { cwd });
  expect(logOf(run, "start"), run.stderr).toBe(SAID);
});

test("the same with millrace run, if the project has tsx", async () => {
  const run = withRun(await millrace(["run", "flow.ts"], { cwd: project() }));
  expect(logOf(run, "start"), run.stderr).toBe(SAID);
});

test("the same where Node was told to import tsx, with options for one process alone beside it", async () => {
  const cwd = project();
  const run = withRun(await node(["--max-old-space-size=500", "--import", "tsx", "flow.ts", "run"], { cwd }));
  expect(logOf(run, "start"), run.stderr).toBe(SAID);
});
