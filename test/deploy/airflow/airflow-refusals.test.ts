import { expect, test } from "vitest";
import { airflowDeployer } from "../../../runtime/deploy/airflow/airflow-deployer.ts";
import { airflowRefusals } from "../../../runtime/deploy/airflow/airflow-refusals.ts";
import { airflowTarget } from "../../../runtime/deploy/airflow/airflow-target.ts";
import { refuseTarget } from "../../../runtime/deploy/refuse-target.ts";
import type { Triggers } from "../../../sdk/base/triggers.ts";
import { graphOf, graphOfShape } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";

const NONE: Triggers = { schedules: [], events: [], finishes: [] };
const DAILY = { cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "last", overlap: "skip" } as const;

test("of all shapes, Airflow refuses loops and gangs, and names the step", () => {
  const refused = SHAPES.flatMap((shape) =>
    airflowRefusals(planOf(graphOfShape(shape))).map(({ step, reason }) => `${shape.name}, ${step}: ${reason}`),
  );
  const loop = "a DAG of Airflow's has no loops, and this leads back";
  const gang = "Airflow starts no gangs: tasks that wait for each other";
  expect(refused).toEqual([
    `gang, muster1: ${gang}`,
    `loop, round1: ${loop}`,
    `loop in foreach, round1: ${loop}`,
    `foreach in loop, round1: ${loop}`,
    `loop in loop, round2: ${loop}`,
    `loop in loop, round1: ${loop}`,
    `gang in foreach, muster1: ${gang}`,
  ]);
});

test("a foreach in one case of a switch, within a foreach, is refused where it would have to be guessed who gets there", () => {
  const body = `p(x) { this.next({ a: this.a, b: this.b }, { condition: 'k' }) } a() { this.next(this.c, { foreach: 'ys' }) }
    c(y) { this.next(this.i) } i(inputs) { this.next(this.m) } b() { this.next(this.m) } m() { this.next(this.j) }
    j(inputs) { this.next(this.end) }`;
  const [refused, ...others] = airflowRefusals(planOf(graphOf("this.p, { foreach: 'xs' }", body)));
  expect(others).toEqual([]);
  expect(refused?.step).toBe("i");
  expect(refused?.reason).toContain("a foreach in one case of a switch, within a foreach");
  // At the top, each way is there once.
  const top = `a() { this.next(this.c, { foreach: 'ys' }) } c(y) { this.next(this.i) } i(inputs) { this.next(this.end) }`;
  expect(airflowRefusals(planOf(graphOf("{ a: this.a, b: this.end }, { condition: 'k' }", top)))).toEqual([]);
});

test("triggers that Airflow has not, or not like this, are refused", () => {
  const reasons = (triggers: Partial<Triggers>) =>
    airflowRefusals(planOf(graphOf("this.end", ""), { version: { triggers: { ...NONE, ...triggers } } })).map(
      ({ reason }) => reason,
    );
  expect(reasons({ schedules: [DAILY, { ...DAILY, cron: "0 7 * * *" }], finishes: [{ flow: "Etl" }] })).toEqual([]);
  expect(reasons({ schedules: [DAILY, { ...DAILY, timezone: "UTC" }] })).toHaveLength(1);
  expect(reasons({ schedules: [{ ...DAILY, catchUp: "none" }] })).toEqual([expect.stringContaining('catchUp "none"')]);
  // Airflow fires at the second 02:30 of autumn, and at 03:30 in spring.
  expect(reasons({ schedules: [{ ...DAILY, cron: "30 2 * * *" }] })).toEqual([
    expect.stringContaining("02:30 on 2026-03-29"),
  ]);
  expect(reasons({ schedules: [{ ...DAILY, cron: "30 2 * * *", timezone: "UTC" }] })).toEqual([]);
  expect(reasons({ schedules: [{ ...DAILY, cron: "0 * * * *" }] })).toEqual([]);
  expect(reasons({ events: [{ events: ["rates"], parameters: {}, policy: "each" }] })).toEqual([
    expect.stringContaining("@trigger"),
  ]);
});

test("a step of an engine that Airflow cannot start is refused", () => {
  const [refused] = airflowRefusals(planOf(graphOf("this.end", ""), { engine: "slurm" }));
  expect(refused).toEqual({ step: "start", reason: expect.stringContaining("not on slurm") as string });
});

test("jobs of AWS Batch need a queue, and Airflow writes their request itself", () => {
  const graph = graphOf("this.end", "");
  const on = { engine: "batch", datastore: "s3://bucket/store", target: "airflow" };
  expect(airflowRefusals(planOf(graph, on)).map(({ step, reason }) => `${step}: ${reason}`)).toEqual([
    expect.stringContaining("start: nothing names the job queue"),
    expect.stringContaining("end: nothing names the job queue"),
  ]);
  const env = { MILLRACE_BATCH_QUEUE: "jobs" };
  expect(airflowRefusals(planOf(graph, { ...on, env }))).toEqual([]);
  const overrides = { containerOverrides: {} };
  const settings = { engine: { name: "batch", options: { overrides } } };
  const raw = { ...graph, steps: graph.steps.map((node) => (node.name === "start" ? { ...node, settings } : node)) };
  expect(airflowRefusals(planOf(raw, { ...on, env }))).toEqual([
    { step: "start", reason: "@batch({ overrides }): Airflow writes the request" },
  ]);
});

test("secrets of the deploying machine reach the workers of Airflow, not pods and jobs", () => {
  const plan = (engine: string) =>
    planOf(graphOf("this.end", ""), { engine, env: { MILLRACE_BATCH_QUEUE: "jobs" }, datastore: "s3://bucket/store" });
  const secrets = new Map([["start", [{ type: "inline" as const, vars: { TOKEN: "x" } }]]]);
  const refuse = (engine: string) => () =>
    refuseTarget({ target: airflowTarget, deployer: airflowDeployer, plan: plan(engine), secrets });
  expect(refuse("local")).not.toThrow();
  expect(refuse("batch")).toThrow(/start: its secrets are on this machine/);
  expect(refuse("kubernetes")).toThrow(/start: its secrets are on this machine/);
});
