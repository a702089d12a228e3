import { expect, test } from "vitest";
import path from "node:path";
import { millrace } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { startFlow } from "./started-flow.ts";
import { scene } from "./trace.ts";

/** Asked to stop, it needs 2 s to save its work: longer than the second after which SIGTERM comes by default. */
const FLOW = `import { appendFileSync } from "node:fs";
import { current, type FinishedRun, FlowSpec, main, onExit, step } from "millrace";

const note = (text: string) => appendFileSync(process.env.TRACE!, text + "\\n");

@onExit({ error: ({ status, reason, error }: FinishedRun) => note(JSON.stringify({ status, reason, error })) })
class SavingFlow extends FlowSpec {
  @step async start() {
    console.error("working");
    await new Promise((resolve) => current.signal.addEventListener("abort", resolve));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    note("saved");
    this.next(this.end);
  }
  @step end() {}
}
main(SavingFlow);
`;

function project(): string {
  return path.join(makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM }), "flow.ts");
}

const HOOK = JSON.stringify({ status: "failed", reason: "interrupted by SIGINT", error: null });

test.each([
  ["by default the step is killed first", [], {}, [HOOK]],
  ["--grace 60s", ["--grace", "60s"], {}, ["saved", HOOK]],
  ["MILLRACE_GRACE=60", [], { MILLRACE_GRACE: "60" }, ["saved", HOOK]],
  ["--grace wins over MILLRACE_GRACE", ["--grace", "500ms"], { MILLRACE_GRACE: "60s" }, [HOOK]],
])("after Ctrl-C a step has the grace to save its work, and the hook gets the reason: %s", async (...row) => {
  const [, flags, vars, ran] = row;
  const { datastore, env, ran: lines } = scene();
  const run = startFlow(project(), ["run", ...flags], { datastore, env: { ...env, ...vars } });
  await run.said("working");
  process.kill(run.pid, "SIGINT");
  expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
  await run.allGone();
  expect(lines()).toEqual([...ran].sort());
});

test("a second Ctrl-C ends at once, however long the grace is", async () => {
  const { datastore, env, ran } = scene();
  const run = startFlow(project(), ["run", "--grace", "10m"], { datastore, env });
  await run.said("working");
  process.kill(run.pid, "SIGINT");
  await run.said("interrupted");
  const pressed = Date.now();
  // One that comes sooner is taken for the first.
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.kill(run.pid, "SIGINT");
  expect(await run.exit()).toMatchObject({ code: 130 });
  await run.allGone();
  expect(Date.now() - pressed).toBeLessThan(60_000);
  expect(ran()).toEqual([HOOK]);
});

test.each([
  ["--grace", ["--grace", "soon"], {}, "It must be a duration: 500ms, 30s, 5m, or a number of seconds."],
  ["MILLRACE_GRACE", [], { MILLRACE_GRACE: "soon" }, "Cannot use the setting grace because it must be a duration"],
])("a wrong %s is wrong usage: exit 2", async (_, flags, env, message) => {
  const { code, stderr } = await millrace(["run", project(), ...flags], { env: { ...scene().env, ...env } });
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(message);
});
