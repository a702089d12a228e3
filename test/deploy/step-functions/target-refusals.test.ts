import { expect, test } from "vitest";
import { runMachine } from "../../../runtime/deploy/step-functions/run-machine.ts";
import { targetRefusals } from "../../../runtime/deploy/step-functions/target-refusals.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { between } from "../../graph/flow-from.ts";
import { awsPlan, type AwsPlanOptions, graphWith } from "./aws-plan.ts";

const BODY = between("this.a", "a() { this.next(this.end) }");
const NESTED = between(
  "this.a, { foreach: 'xs' }",
  `a(x) { this.next(this.b, { foreach: 'ys' }) } b(y) { this.next(this.k) }
   k(inputs) { this.next(this.j) } j(inputs) { this.next(this.end) }`,
);
const NIGHTLY: ScheduleRule = { cron: "0 6 * * *", timezone: "UTC", catchUp: "last", overlap: "skip" };
const NONE = { schedules: [], events: [], finishes: [] };

function refusals(over: AwsPlanOptions = {}, body = BODY): string[] {
  return targetRefusals(awsPlan(body, over)).map(({ step, reason }) => `${step ?? "flow"}: ${reason}`);
}

test("a plain flow with a schedule is not refused", () => {
  expect(refusals({ triggers: { ...NONE, schedules: [NIGHTLY] } })).toEqual([]);
});

test.each<[string, AwsPlanOptions, string]>([
  [
    "an instant that waits",
    { triggers: { ...NONE, schedules: [{ ...NIGHTLY, overlap: "queue" }] } },
    'flow: @schedule({ overlap: "queue" }): nothing keeps instants for later; skip or allow',
  ],
  [
    "several events",
    { triggers: { ...NONE, events: [{ events: ["a", "b"], parameters: {}, policy: "each" }] } },
    "flow: @trigger({ events: [a, b] }): EventBridge waits for no second event",
  ],
  [
    "events by the batch",
    { triggers: { ...NONE, events: [{ events: ["a"], parameters: {}, policy: "batch" }] } },
    'flow: @trigger({ policy: "batch" }): EventBridge tells of each event',
  ],
  [
    "a queue",
    { queue: { name: "nightly", priority: 5 } },
    'flow: @queue({ name: "nightly" }): AWS Batch has queues and priorities of its own',
  ],
  [
    "a limit on all tasks",
    { options: { maxWorkers: 3 } },
    "flow: --max-workers: Step Functions counts no tasks of a run; use @concurrency",
  ],
])("%s is refused, by name", (_, over, reason) => {
  expect(refusals(over)).toEqual([reason]);
});

test("a step of another engine is refused", () => {
  expect(refusals({ engineOf: (step) => (step === "a" ? "slurm" : "batch") })).toEqual([
    "a: it runs on slurm: Step Functions starts jobs of AWS Batch",
  ]);
});

test("a limit of a step in a branch of a foreach holds for all children together", () => {
  const body = between(
    "this.a, { foreach: 'xs' }",
    `a(x) { this.next(this.b, this.c) } b() { this.next(this.k) } c() { this.next(this.k) }
     k(inputs) { this.next(this.j) } j(inputs) { this.next(this.end) }`,
  );
  const graph = graphWith(body);
  const limits: Readonly<Record<string, number>> = { b: 3, c: 2 };
  const steps = graph.steps.map((node) => {
    const limit = limits[node.name];
    return limit === undefined ? node : { ...node, settings: { concurrency: { limit, key: null } } };
  });
  const plan = awsPlan({ ...graph, steps });
  expect(targetRefusals(plan)).toEqual([]);
  const states = Object.values(runMachine(plan).States).filter(({ Type }) => Type === "Map");
  expect(states.map(({ MaxConcurrency }) => MaxConcurrency)).toEqual(states.map(() => 2));
  expect(states.length).toBeGreaterThan(0);
});

test("a limit that children of different splits would share is refused", () => {
  const graph = graphWith(NESTED);
  const concurrency = { limit: 2, key: null };
  const steps = graph.steps.map((node) => (node.name === "b" ? { ...node, settings: { concurrency } } : node));
  const found = targetRefusals(awsPlan({ ...graph, steps }));
  expect(found).toEqual([
    { step: "b", reason: "@concurrency({ limit: 2 }) within 2 splits: each child would have the limit for itself" },
  ]);
});
