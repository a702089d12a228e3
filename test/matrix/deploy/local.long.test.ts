import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { StartedScheduler } from "../../deploy/local/started-scheduler.ts";
import { folderOfFile, millrace } from "../../rigs/harness.ts";
import { latestRun } from "../cell.ts";
import { flowOfFile, type SampleFlow, sampleOf } from "../engines/sample.ts";
import { hashesOf } from "../hashes-of.ts";
import { limited } from "../limited.ts";
import { SHAPES } from "../shapes/all.ts";

const TIMEOUT_MS = 900_000;

test(
  "deployed to a scheduler, every shape leaves the same bytes as a run by hand",
  { timeout: TIMEOUT_MS },
  async () => {
    const folder = folderOfFile();
    const datastore = path.join(folder, "there");
    const told = path.join(folder, "told");
    const flows = [...SHAPES.map(sampleOf), flowOfFile("guarded")];
    const scheduler = new StartedScheduler({
      ...{ datastore, cwd: folder, args: ["--slots", "2"], env: { GUARDED_TOLD: told } },
    });
    const inLine = limited(2);
    const runs = await Promise.all(flows.map((flow) => inLine(() => started(flow, { folder, datastore }))));
    const ended = await scheduler.count("ended", flows.length);
    expect(ended.filter(({ status }) => status !== "succeeded")).toEqual([]);
    for (const { title, className, here, run } of runs) {
      const before = hashesOf({ datastore: here, className }, latestRun({ datastore: here, className }));
      expect(Object.keys(before).length, title).toBeGreaterThan(1);
      expect(hashesOf({ datastore, className }, run), title).toEqual(before);
      const { deployment } = openDatastore(datastore).record(className, run).document();
      expect(deployment).toMatchObject({ target: "local", version: 1 });
    }
    expect(fs.readFileSync(told, "utf8")).toBe("GuardedFlow succeeded\n");
    const checked = await millrace(["fsck"], { datastore });
    expect(checked.code, checked.stdout).toBe(0);
  },
);

/** Runs the flow here, then starts a run of its deployment there. */
async function started({ title, className, command }: SampleFlow, at: { folder: string; datastore: string }) {
  const name = title.replaceAll(" ", "-");
  const here = path.join(at.folder, name);
  const local = await command(["run"], { MILLRACE_DATASTORE: here });
  expect(local.code, local.stderr).toBe(0);
  const deployed = await command(["deploy", "local", "--name", name], { MILLRACE_DATASTORE: at.datastore });
  expect(deployed.code, deployed.stderr).toBe(0);
  const triggered = await millrace(["deployment", "trigger", name], { datastore: at.datastore });
  expect(triggered.code, triggered.stderr).toBe(0);
  return { title, className, here, run: triggered.stdout.trim() };
}
