import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { TSX, withRun } from "../../rigs/harness.ts";
import { makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, step } from "millrace";
import fs from "node:fs";
class Sample extends FlowSpec {
  @step start() { fs.writeFileSync("started", ""); this.next(this.work); }
  @step async work() {
    while (!fs.existsSync("closed")) await new Promise((done) => setTimeout(done, 20));
    for (let at = 0; at < 20; at++) { console.log("line", at); await new Promise((done) => setTimeout(done, 20)); }
    this.next(this.end);
  }
  @step end() {}
}
main(Sample);
`;
/** Runs a command in a terminal without a size, as the leader of its session, and closes the terminal under it. */
const CLOSE = `import os, pty, select, sys, time
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
shown, deadline = b"", time.time() + 100
while not (os.path.exists("started") and b"work" in shown) and time.time() < deadline:
    if select.select([terminal], [], [], 0.05)[0]: shown += os.read(terminal, 65536)
os.close(terminal)
open("closed", "w").close()
os.waitpid(pid, 0)
sys.stdout.write(shown.decode())
`;
const hasPython = process.platform !== "win32" && spawnSync("python3", ["--version"]).status === 0;

test.skipIf(!hasPython)(
  "a run outlives the terminal that it was started in, which shows its steps",
  () => {
    const cwd = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "close.py": CLOSE });
    const datastore = path.join(cwd, "store");
    // Without a program between that would die of the signal itself.
    const argv = ["--import", path.join(path.dirname(TSX), "loader.mjs"), "flow.ts", "run"];
    const env = { ...process.env, MILLRACE_DATASTORE: datastore, TERM: "xterm" };
    const ended = spawnSync("python3", ["close.py", process.execPath, ...argv], { cwd, env, encoding: "utf8" });
    const run = withRun({ code: 0, signal: null, stdout: "", stderr: ended.stderr, events: [], datastore });
    expect(run.summary.reason).toBeNull();
    expect(run.summary.status).toBe("succeeded");
    // The board writes only what changes.
    expect(ended.stdout).toMatch(/start\s[\s\S]*1\/1/);
  },
  150_000,
);
