import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";
import { millrace } from "../../rigs/harness.ts";
import { screenOf } from "../../rigs/terminal.ts";
import { HAS_TERMINAL, startMillrace } from "../../rigs/started-command.ts";

/** Goes on until the file GO is there; then what that says happens. */
const FLOW = `import { FlowSpec, catchError, current, main, retry, step, type Inputs } from "millrace";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

class FitFlow extends FlowSpec {
  airports = [{ code: "VIE" }, { code: "GRZ" }];
  failure?: Error;
  @step start() { this.next(this.fit, { foreach: "airports", label: "code" }); }
  @retry({ times: 1, delay: "0s" })
  @step async fit(airport: { code: string }) {
    if (airport.code === "GRZ" && current.attempt === 0) throw new Error("loss is NaN");
    current.progress(0.4, "epoch 4");
    while (!fs.existsSync(process.env.GO!)) await sleep(50);
    if (airport.code === "VIE" && fs.readFileSync(process.env.GO!, "utf8") === "fail") throw new Error("no data");
    this.next(this.collect);
  }
  @step collect(inputs: Inputs<FitFlow>) { this.next(this.end); }
  @step end() {}
}
main(FitFlow);
`;

function project() {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const go = path.join(cwd, "go");
  const at = { cwd, datastore: path.join(cwd, "store"), env: { GO: go } };
  const end = (how = "") => fs.writeFileSync(go, how);
  onTestFinished(() => end());
  return { at, end };
}

/** A run that waits, with a failed attempt behind it. */
async function waiting() {
  const { at, end } = project();
  const run = startMillrace(["run", "flow.ts", "--json"], at);
  await run.said(/"type":"task-started".*"attempt":1/);
  return { at, end, run };
}

test("a run of another process is watched to its end, in the lines that run prints", async () => {
  const { at, end, run } = await waiting();
  const watch = startMillrace(["status", "--watch"], at);
  await watch.said("✓ start: 1/1 done");
  end();
  expect(await watch.exit()).toMatchObject({ code: 0 });
  expect(await run.exit()).toMatchObject({ code: 0 });
  const id = fs.readdirSync(path.join(at.datastore, "flows/FitFlow"))[0] ?? "";
  expect(watch.text()).toMatch(
    new RegExp(
      `^FitFlow run ${id}\\n✓ start: 1/1 done in .*\\n✓ fit: 2/2 done in .*\\n✓ collect: .*\\n✓ end: .*\\nsucceeded FitFlow ${id} in .*\\n$`,
    ),
  );
  const printed = run.text().replaceAll(/^\{.*\n/gm, "");
  for (const line of watch.text().trim().split("\n").slice(1)) expect(printed).toContain(line);

  const after = startMillrace(["status", "flow.ts", id, "--watch"], at);
  expect(await after.exit()).toMatchObject({ code: 0 });
  expect(after.text()).toBe(watch.text());
});

test("a run that fails while it is watched ends the watching with 1, and its failure is told", async () => {
  const { at, end, run } = await waiting();
  const watch = startMillrace(["status", "FitFlow/latest", "--watch"], at);
  await watch.said("✓ start");
  end("fail");
  expect(await watch.exit()).toMatchObject({ code: 1 });
  await run.exit();
  expect(watch.text()).toMatch(/failed fit\/2 VIE attempt 0, again at once\n {2}no data/);
  expect(watch.text()).toMatch(
    /failed FitFlow \S+ after .*: fit\/2 VIE: no data\n {2}look into it: .* status FitFlow\//,
  );
  expect(watch.text()).not.toContain("loss is NaN");

  const after = await millrace(["status", "--watch"], at);
  expect(after.code).toBe(1);
  expect(after.stderr).toMatch(/✗ fit\/2 VIE .*\n.*no data/);
});

test("--json gives the events as run --json does", async () => {
  const { at, end, run } = await waiting();
  const watch = startMillrace(["status", "--watch", "--json"], at);
  await watch.said('"attempt":1');
  end();
  expect(await watch.exit()).toMatchObject({ code: 0 });
  await run.exit();
  expect(watch.stdout()).toBe(run.stdout());
  const events = watch
    .stdout()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  expect([events[0], events.at(-1)]).toMatchObject([
    { type: "run-started", flow: "FitFlow" },
    { type: "run-finished", status: "succeeded" },
  ]);
});

test("the watching of a run whose process is killed ends with 1 and says that it is gone", async () => {
  const { at, run } = await waiting();
  const watch = startMillrace(["status", "--watch"], at);
  await watch.said("✓ start");
  run.child.kill("SIGKILL");
  expect(await watch.exit()).toMatchObject({ code: 1 });
  expect(watch.text()).toMatch(/stale FitFlow \S+: it has not finished, and its process is gone\n$/);
});

test("what cannot be watched is an error with exit code 2", async () => {
  const { at, end } = await waiting();
  end();
  const step = await millrace(["status", "--watch", "latest/fit"], at);
  expect(step.code).toBe(2);
  expect(step.stderr).toMatch(/Cannot watch one step because --watch shows a whole run: .*\/fit\n[^]*logs .*--follow/);
  const unknown = await millrace(["status", "--watch", "FitFlow/2020"], at);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("Cannot find the run 2020 of FitFlow");
});

test.skipIf(!HAS_TERMINAL)(
  "in a terminal the board of the run is drawn, and Ctrl-C ends only the watching",
  async () => {
    const { at, end, run } = await waiting();
    const watch = startMillrace(["status", "--watch"], { ...at, isTerminal: true });
    const plain = () => screenOf(watch.text());
    await expect.poll(plain).toMatch(/fit +░+ +0\/2 +2 running[^]* {2}fit\/\d GRZ {2}████░░░░░░ {2}40% {2}epoch 4/);
    watch.child.stdin?.write("\u0003");
    expect(await watch.exit()).toMatchObject({ code: 130 });
    end();
    expect(await run.exit()).toMatchObject({ code: 0 });
  },
);
