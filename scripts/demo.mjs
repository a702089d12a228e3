// The main job as a new user sees it: a flow runs on real data, then its graph, then what it stored.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runNode } from "./run-node.mjs";

const FLOW = "examples/recsys/flow.ts";
const folder = mkdtempSync(path.join(tmpdir(), "millrace-demo-"));
const runIdFile = path.join(folder, "run-id");

try {
  await command(["run", "--run-id-file", runIdFile]);
  await command(["show"]);
  await command(["dump", `RecSysFlow/${readFileSync(runIdFile, "utf8").trim()}/end`]);
} catch (error) {
  if (error.exitCode === undefined) throw error;
  process.exitCode = error.exitCode;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function command(args) {
  const shown = args.map((arg) => (arg.startsWith(folder) ? path.basename(arg) : arg)).join(" ");
  console.log(`\n$ tsx ${FLOW} ${shown}\n`);
  const exitCode = await runNode(["node_modules/tsx/dist/cli.mjs", FLOW, ...args]);
  if (exitCode !== 0) throw Object.assign(new Error(`The demo stopped at: ${shown}`), { exitCode });
}
