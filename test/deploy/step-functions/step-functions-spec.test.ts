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
  const faults = spec.stateMachines.map(({ definition }: { definition: unknown }) => aslFaults(definition));
  expect(faults).toEqual([null, null, null]);
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

test("a run that is being finished after AWS ended it is none that goes on: no instant is passed over for it", () => {
  const { stateMachines, rules } = specOf({ triggers: TRIGGERS });
  type Named = { name: string; arn: string; definition: { States: Record<string, { Parameters?: object }> } };
  const [runs, ender, starter] = stateMachines as Named[];
  // Those that go on are counted on the machine of the runs alone.
  const counted = JSON.stringify(starter!.definition.States["whether one goes on"]!.Parameters);
  expect(counted).toContain(`:stateMachine:${runs!.name}'`);
  const { rule, target } = rules.at(-1) as { rule: { EventPattern: string }; target: { Arn: string } };
  expect(JSON.parse(rule.EventPattern)).toMatchObject({ detail: { stateMachineArn: [runs!.arn] } });
  expect(target.Arn).toBe(ender!.arn);
  expect(ender!.arn).not.toBe(runs!.arn);
  expect(ender!.name.length).toBeLessThanOrEqual(80);
});

test("without triggers nothing is made but the machine of the runs and what finishes them, and steps share a job definition", () => {
  const { stateMachines, schedules, jobDefinitions } = specOf();
  expect(stateMachines).toHaveLength(2);
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
