import { expect, test } from "vitest";
import { stepFunctionsDeployer } from "../../../runtime/deploy/step-functions/step-functions-deployer.ts";
import { between } from "../../graph/flow-from.ts";
import { awsPlan, PLACE } from "./aws-plan.ts";
import { aslFaults } from "./asl-faults.ts";

const BODY = between("this.a", "a() { this.next(this.end) }");
const TRIGGERS = {
  schedules: [{ cron: "0 6 * * *", timezone: "Europe/Berlin", catchUp: "none", overlap: "skip" }],
  events: [{ events: ["rates-arrived"], parameters: { date: "date" }, policy: "each" }],
  finishes: [{ flow: "EtlFlow" }],
} as const;

function specOf(over: Parameters<typeof awsPlan>[1] = {}) {
  return JSON.parse(stepFunctionsDeployer.spec(awsPlan(BODY, over)));
}

test("what is installed is one document: job definitions, state machines, rules, schedules", () => {
  const spec = specOf({ triggers: TRIGGERS, project: { name: "fraud", branch: "prod", isProduction: true } });
  expect(Object.keys(spec)).toEqual(["jobDefinitions", "stateMachines", "rules", "schedules"]);
  expect(spec.stateMachines.map(({ definition }: { definition: unknown }) => aslFaults(definition))).toEqual([
    null,
    null,
  ]);
  expect(spec.schedules[0]).toMatchObject({
    ScheduleExpression: "cron(0 6 * * ? *)",
    ScheduleExpressionTimezone: "Europe/Berlin",
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
  });
  const patterns = spec.rules.map(({ rule }: { rule: { EventPattern: string } }) => JSON.parse(rule.EventPattern));
  expect(patterns).toMatchObject([
    { source: ["millrace.events"], "detail-type": ["rates-arrived"] },
    { source: ["millrace"], detail: { flow: ["EtlFlow"], place: ["fraud/prod"] } },
    { source: ["aws.states"], detail: { status: ["ABORTED", "FAILED", "TIMED_OUT"] } },
  ]);
});

test("what is paused is installed switched off, but for what records the end of runs", () => {
  const states = (spec: { rules: { rule: { State: string } }[]; schedules: { State: string }[] }) => [
    ...spec.rules.map(({ rule }) => rule.State),
    ...spec.schedules.map(({ State }) => State),
  ];
  const plan = awsPlan(BODY, { triggers: TRIGGERS });
  const specs = [false, true].map((isPaused) => JSON.parse(stepFunctionsDeployer.spec({ ...plan, isPaused })));
  expect(specs.map(states)).toEqual([
    ["ENABLED", "ENABLED", "ENABLED", "ENABLED"],
    ["DISABLED", "DISABLED", "ENABLED", "DISABLED"],
  ]);
});

test("without triggers nothing but the machine of the runs is made, and steps share a job definition", () => {
  const { stateMachines, schedules, jobDefinitions } = specOf();
  expect(stateMachines).toHaveLength(1);
  expect(schedules).toEqual([]);
  expect(jobDefinitions).toHaveLength(1);
});

test("another datastore has other names on AWS", () => {
  const plan = awsPlan(BODY);
  const other = { ...plan, store: { storage: { ...plan.store.storage, location: "s3://bucket/other" } } as never };
  const [one, two] = [plan, other].map((of) => JSON.parse(stepFunctionsDeployer.spec(of)).stateMachines[0].name);
  expect(one).not.toBe(two);
});

test.each([
  ["MILLRACE_STEP_FUNCTIONS_ROLE", "the role of the state machine is not set"],
  ["MILLRACE_STEP_FUNCTIONS_EVENT_ROLE", "the role that starts it is not set"],
  ["MILLRACE_BATCH_QUEUE", "a job queue is not set"],
  ["AWS_REGION", "no region is set"],
])("without %s the reason is given", (name, reason) => {
  const { [name as keyof typeof PLACE]: _, ...env } = PLACE;
  expect(() => specOf({ env })).toThrow(reason);
});
