import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runFlow, tsx, TSX, withRun } from "../../rigs/harness.ts";
import { makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, step } from "millrace";
process.stdout.write("read\\n");
class Sample extends FlowSpec {
  @step start() { console.log("a line"); this.next(this.end); }
  @step end() { console.error("another"); }
}
main(Sample);
`;
/** Lets a stream fail as the system does: from its first write on, or from a later one. */
const FAILING = `
const [name, code, after] = process.env.FAIL_OUTPUT.split(" ");
// A step's own output is not meant.
if (!/worker\\.js$/.test(process.argv[1] ?? "")) {
  let left = Number(after);
  const stream = process[name];
  stream._writev = null;
  stream._write = (chunk, encoding, done) =>
    left-- > 0 ? done() : done(Object.assign(new Error(code + ": write"), { code, syscall: "write" }));
}
`;

function project(): { cwd: string; file: string } {
  const cwd = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "failing.mjs": FAILING });
  return { cwd, file: path.join(cwd, "flow.ts") };
}

describe("a run outlives its output", () => {
  test.each([
    ["stderr", "EIO", 0],
    ["stderr", "EAGAIN", 2],
    ["stdout", "ENOSPC", 0],
  ])("%s fails with %s after %i writes", async (name, code, after) => {
    const { cwd, file } = project();
    const env = {
      NODE_OPTIONS: `--import ${path.join(cwd, "failing.mjs")}`,
      FAIL_OUTPUT: `${name} ${code} ${after}`,
    };
    const args = name === "stdout" ? ["run", "--json"] : ["run"];
    const finished = withRun(await tsx(file, args, { cwd, env }));
    expect(finished.summary.status).toBe("succeeded");
    expect(finished.code).toBe(0);
  });

  test("a full disk under stderr, and another under stdout", async () => {
    const { cwd, file } = project();
    const datastore = path.join(cwd, "store");
    const code = await ended([file, "run"], { cwd, datastore, stdout: "/dev/full", stderr: "/dev/full" });
    expect(code).toBe(0);
    expect(withRun({ code, datastore, signal: null, stdout: "", stderr: "", events: [] }).summary.status).toBe(
      "succeeded",
    );
  });
});

test("a command that answers says that its answer found no place, and fails", async () => {
  const { cwd, file } = project();
  const { datastore } = await runFlow(file, ["run"], { cwd });
  const errors = path.join(cwd, "errors.txt");
  expect(await ended([file, "runs"], { cwd, datastore, stdout: "/dev/full", stderr: errors })).toBe(1);
  expect(fs.readFileSync(errors, "utf8")).toMatch(/^error: Cannot give the whole answer because stdout .*ENOSPC\n/);
  const env = {
    NODE_OPTIONS: `--import ${path.join(cwd, "failing.mjs")}`,
    FAIL_OUTPUT: "stdout EPIPE 1",
  };
  const quiet = await tsx(file, ["status"], { cwd, datastore, env });
  expect([quiet.code, quiet.stderr]).toEqual([0, ""]);
});

/** Runs a flow's command with files in the place of its output. */
function ended(
  argv: readonly string[],
  at: { cwd: string; datastore: string; stdout: string; stderr: string },
): Promise<number | null> {
  const [stdout, stderr] = [at.stdout, at.stderr].map((file) => fs.openSync(file, "w"));
  const child = spawn(process.execPath, [TSX, ...argv], {
    cwd: at.cwd,
    env: { ...process.env, MILLRACE_DATASTORE: at.datastore },
    stdio: ["ignore", stdout, stderr],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
}
