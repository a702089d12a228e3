import { describe, expect, test } from "vitest";
import { endMachine } from "../../../runtime/deploy/step-functions/end-machine.ts";
import { runMachine } from "../../../runtime/deploy/step-functions/run-machine.ts";
import { startMachine } from "../../../runtime/deploy/step-functions/start-machine.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { between } from "../../graph/flow-from.ts";
import { graphOfShape } from "../graph-of.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { graphWith, awsPlan, type AwsPlanOptions } from "./aws-plan.ts";
import { aslFaults } from "./asl-faults.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- states of many kinds are looked into
type Json = Record<string, any>;

function machineOf(flow: string | FlowGraph, over: AwsPlanOptions = {}): Json {
  return runMachine(awsPlan(flow, over)) as Json;
}

/** Every state, also those in splits. */
function* statesIn(machine: Json): Generator<[name: string, state: Json]> {
  for (const [name, state] of Object.entries<Json>(machine["States"])) {
    yield [name, state];
    for (const inner of [...(state["Branches"] ?? []), state["ItemProcessor"]].filter(Boolean)) yield* statesIn(inner);
  }
}

function stateOf(machine: Json, wanted: string): Json {
  for (const [name, state] of statesIn(machine)) if (name === wanted) return state;
  throw new Error(`no state ${wanted} among ${[...statesIn(machine)].map(([name]) => name).join(", ")}`);
}

describe.each(["stop", "finish"] as const)("with --on-failure %s", (onFailure) => {
  test.each(SHAPES.map((shape) => [shape.name, shape] as const))("a definition is valid: %s", (_, shape) => {
    const machine = machineOf(graphOfShape(shape), { options: { onFailure } });
    expect(aslFaults(machine)).toBeNull();
    const names = [...statesIn(machine)].map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every(({ length }) => length <= 80)).toBe(true);
  });
});

test("what starts a run is valid, and starts it under a name of its own", () => {
  expect(aslFaults(startMachine("millrace-F-00000000"))).toBeNull();
});

test("what finishes a run whose execution was ended is valid, and asks how that execution ended", () => {
  const machine = endMachine(awsPlan(between("this.a", "a() { this.next(this.end) }")), "millrace-F-00000000") as Json;
  expect(aslFaults(machine)).toBeNull();
  expect(stateOf(machine, "how the execution ended")["Parameters"]["ExecutionArn.$"]).toContain(
    "'arn:{}:states:{}:{}:execution:millrace-F-00000000:{}'",
  );
});

test("a task knows its deployment, step, execution and place", () => {
  const machine = machineOf(
    between("this.a, { foreach: 'xs' }", `a(x) { this.next(this.j) } j(inputs) { this.next(this.end) }`),
  );
  const { Parameters, ResultPath } = stateOf(machine, "a");
  expect(ResultPath).toBeNull();
  expect(Parameters.ContainerOverrides.Environment).toEqual([
    { Name: "MILLRACE_DEPLOYMENT", Value: "NightlyFlow/3" },
    { Name: "MILLRACE_STEP", Value: "a" },
    { Name: "MILLRACE_FIRE", "Value.$": "$.fire" },
    { Name: "MILLRACE_AT", "Value.$": "$.at" },
  ]);
  expect(stateOf(machine, "start: all")["ItemSelector"]).toEqual({
    "fire.$": "$.fire",
    "at.$": "States.Format('{}', $$.Map.Item.Value)",
  });
});

test("children of a nested split have the index of each split", () => {
  const machine = machineOf(
    between(
      "this.a, { foreach: 'xs' }",
      `a(x) { this.next(this.b, this.c) } b() { this.next(this.k) } c() { this.next(this.k) }
       k(inputs) { this.next(this.j) } j(inputs) { this.next(this.end) }`,
    ),
  );
  expect(stateOf(machine, "a: branch 1")["Parameters"]).toEqual({
    "fire.$": "$.fire",
    "at.$": "States.Format('{}.1', $.at)",
  });
});

test("a list of items is read from the store where the task left it", () => {
  const machine = machineOf(
    between("this.a, { foreach: 'xs' }", `a(x) { this.next(this.j) } j(inputs) { this.next(this.end) }`),
  );
  expect(stateOf(machine, "start: all")["ItemReader"]["Parameters"]).toEqual({
    Bucket: "bucket",
    "Key.$": "States.Format('team/store/told/NightlyFlow/{}/start.items.json', $.fire)",
  });
});

test("attempts have the delays of @retry, and what is throttled is tried apart from them", () => {
  const graph = graphWith(between("this.a", `a() { this.next(this.end) }`));
  const steps = graph.steps.map((node) =>
    node.name === "a"
      ? {
          ...node,
          settings: {
            retry: { times: 4, delayMs: 1500, backoff: 2, maxDelayMs: 60_000, jitter: true, hasFilter: false },
          },
        }
      : node,
  );
  const { Retry } = stateOf(machineOf({ ...graph, steps }), "a");
  const at = Retry.map(({ ErrorEquals }: Json) => ErrorEquals.includes("States.TaskFailed"));
  expect(at).toEqual([false, false, true]);
  expect(Retry.at(-1)).toEqual({
    ErrorEquals: ["States.TaskFailed"],
    ...{ IntervalSeconds: 2, MaxAttempts: 4, BackoffRate: 2, MaxDelaySeconds: 60 },
  });
});

test("each attempt gets what it needs", () => {
  const graph = graphWith(between("this.a", `a() { this.next(this.end) }`));
  const needs = { cpu: 1, gpu: 0, memoryMb: 1024, diskMb: null, sharedMemoryMb: null };
  const retry = { times: 2, delayMs: 0, backoff: 1, maxDelayMs: null, jitter: false, hasFilter: false };
  const settings = { retry, resources: { ...needs, later: [{ ...needs, memoryMb: 2048 }] } };
  const steps = graph.steps.map((node) => (node.name === "a" ? { ...node, settings } : node));
  const machine = machineOf({ ...graph, steps });
  expect(aslFaults(machine)).toBeNull();
  const { ResourceRequirements } = stateOf(machine, "a")["Parameters"].ContainerOverrides;
  expect(ResourceRequirements[0]).toEqual({ Type: "VCPU", Value: "1" });
  expect(ResourceRequirements[1]["Value.$"]).toMatch(
    /^States.ArrayGetItem\(States.Array\('1024', '2048', '2048', .*\), \$\$.State.RetryCount\)$/,
  );
});

test("200 steps make a definition of less than a quarter of what AWS takes, though a split repeats its body", () => {
  const names = Array.from({ length: 198 }, (_, index) => `step${index}`);
  const chain = names.map((name, at) => `${name}() { this.next(this.${names[at + 1] ?? "end"}) }`).join(" ");
  expect(JSON.stringify(machineOf(between("this.step0", chain))).length).toBeLessThan(262_144);

  const wide = Array.from({ length: 66 }, (_, at) => {
    const next = at === 65 ? "end" : `s${at + 1}`;
    return `s${at}() { this.next(this.b${at}, { foreach: 'xs' }) } b${at}(x) { this.next(this.j${at}) } j${at}(inputs) { this.next(this.${next}) }`;
  });
  const splits = machineOf(between("this.s0", wide.join(" ")));
  expect(aslFaults(splits)).toBeNull();
  expect(JSON.stringify(splits).length).toBeLessThan(524_288);
});
