import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFlow } from "../e2e/resume/started-flow.ts";
import { latestRun } from "./cell.ts";
import { BY_ADA, generateFlow } from "./flow/generated-flow.ts";
import { hashesOf } from "./hashes-of.ts";
import { interpret } from "./interpret.ts";
import { limited } from "./limited.ts";
import { committedTasks } from "./resume/committed-tasks.ts";
import { body, branch, choose, foreach, sequence } from "./shapes/block.ts";
import { layOut } from "./shapes/lay-out.ts";
import { carried } from "./specs/carried.ts";
import { joinOrder } from "./specs/join-order.ts";
import { lineage } from "./specs/lineage.ts";

const SHAPE = layOut("mixed", sequence(body, branch(foreach([2]), choose(1, body, body)), body));
const KILLER = new URL("../e2e/resume/kill-at-line.mjs", import.meta.url).href;
/** The start of the run, its end, and of each task the same. */
const EVENTS = 2 + 2 * interpret(SHAPE).length;

const flow = generateFlow({ shape: SHAPE, additions: [lineage.adds, carried.adds, joinOrder.adds] });
const inLine = limited(3);
const stores = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-matrix-stores-"));
let undisturbed: ReturnType<typeof hashesOf>;

beforeAll(async () => {
  const { code, stderr, stdout } = await flow.command(["run", "--json"]);
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(EVENTS);
  undisturbed = hashesOf(flow, latestRun(flow));
});

afterAll(() => fs.rmSync(stores, { recursive: true, force: true, maxRetries: 3 }));

const LINES = Array.from({ length: EVENTS }, (_, at) => at + 1);

test.concurrent.each(LINES)(
  "killed at event %i of its journal, a run resumes to the same artifacts; no committed task runs again",
  (line) =>
    inLine(async () => {
      const datastore = path.join(stores, String(line));
      const at = { datastore, className: flow.className };
      const env = { ...BY_ADA, KILL_AT_LINE: `${line}`, NODE_OPTIONS: `--import ${KILLER}` };
      const run = startFlow(flow.file, ["run"], { datastore, env });
      expect(await run.exit(), run.stderr()).toMatchObject({ signal: "SIGKILL" });
      await run.allGone();
      const killed = latestRun(at);
      const before = committedTasks(at, killed);

      const resumed = await flow.command(["resume"], { MILLRACE_DATASTORE: datastore });
      expect(resumed.code, resumed.stderr).toBe(0);
      const last = latestRun(at);
      expect(last).not.toBe(killed);
      expect(hashesOf(at, last)).toEqual(undisturbed);
      const after = committedTasks(at, last);
      expect(after.filter((id) => before.includes(id))).toEqual([]);
      expect([...before, ...after].sort()).toEqual(Object.keys(undisturbed).sort());
    }),
);
