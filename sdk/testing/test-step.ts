import { environment } from "../../runtime/config.ts";
import { loadArtifacts } from "../../runtime/datastore/load-artifact.ts";
import { nodeOf } from "../../runtime/graph/flow-graph.ts";
import { oneAtATime } from "../../runtime/launch/plan/one-at-a-time.ts";
import { Execution } from "../../runtime/worker/execution.ts";
import { processSnapshot } from "../../runtime/worker/process-snapshot.ts";
import { SourceMapper } from "../../runtime/worker/source-mapper.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { host } from "../base/host.ts";
import type { FlowData, MethodName } from "../inputs.ts";
import { captureOutput, type StepLogs } from "./capture-output.ts";
import { flowInMemory } from "./flow-in-memory.ts";
import { placeStep } from "./place-step.ts";
import type { StepTestOptions } from "./step-test-options.ts";
import { type StepTransition, stepTransition } from "./step-transition.ts";
import { warnOfPackages } from "./warn-of-packages.ts";

/** What a step left behind. */
export interface StepTestResult<Flow> {
  /** Copies of all artifacts that the next step would find; parameters are not among them. */
  readonly artifacts: FlowData<Flow>;
  /** Where the step goes on. */
  readonly next: StepTransition;
  /** What the step printed. */
  readonly logs: StepLogs;
}

/** A step works with what belongs to the process: its output, its environment. */
const inTurn = oneAtATime();

/**
 * Runs one step in memory, in this process: without a store, a worker or the steps before it.
 *
 * All else is as in a run: the flow is linted, parameters are checked, artifacts are copied in and out by the very code
 * that stores them, `this.next` is held against the graph, `this.input`, `foreachStack`, `mergeArtifacts` and `current`
 * work. Calls wait for each other, as a step's output and environment are the process's own. Imports find the packages of
 * the project, also where `@env` asks for others; a warning on stderr says so.
 *
 * @param Flow - the flow class
 * @param step - the step's name
 * @param options - what the step finds
 * @throws what the step threw, as it is, also where `@catchError` or `@retry` would have dealt with it
 * @throws MillraceError for a flow that is not sound, an unknown step, or a value that could not be stored
 *
 * @example
 * ```ts
 * const { artifacts, next, logs } = await testStep(RecSysFlow, "ensemble", {
 *   inputs: { fitA: { score: 1 }, fitB: { score: 3 } },
 * });
 * assert.equal(artifacts.score, 2);
 * assert.deepEqual(next, { kind: "linear", targets: ["end"] });
 * ```
 */
export function testStep<Flow extends object>(
  Flow: abstract new () => Flow,
  step: MethodName<Flow>,
  options: StepTestOptions<Flow> = {},
): Promise<StepTestResult<Flow>> {
  return inTurn(async () => {
    if (typeof Flow !== "function") throw noClass(Flow);
    const flow = await flowInMemory(Flow, { step, options: options });
    const spec = placeStep(flow, {
      step,
      argumentCount: (Flow.prototype as Record<string, { length: number }>)[step]?.length ?? 0,
      options: options,
    });
    let thrown: { error: unknown } | null = null;
    const execution = new Execution({
      flow,
      spec,
      mapper: new SourceMapper(),
      whyUncommittable: () => null,
      onThrown: (error) => (thrown = { error }),
    });
    const node = nodeOf(flow.document.graph, step);
    warnOfPackages(flow.document.flow, node);
    const vars = { ...node.settings.env?.vars, ...options.env };
    const { outcome, logs } = await inSetting(vars, () => execution.run());
    if (thrown !== null) throw (thrown as { error: unknown }).error;
    if (outcome.status !== "succeeded") throw new Error(outcome.error.message);
    const artifacts = loadArtifacts(flow.blobs, flow.resultAt(outcome.result).artifacts);
    return {
      artifacts: artifacts as FlowData<Flow>,
      next: stepTransition(outcome.next, flow.blobs),
      logs: execution.redactor?.data(logs) ?? logs,
    };
  });
}

function noClass(seen: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TEST",
    headline: `Cannot test a step because the first argument is not a class: ${typeof seen}`,
    hint: "pass the flow class, and export it from its file",
  });
}

/** Puts variables and output in place for the step alone. */
async function inSetting<T>(
  vars: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<{ outcome: T; logs: StepLogs }> {
  const before = host().task;
  const restore = processSnapshot();
  const output = captureOutput();
  try {
    Object.assign(environment() as NodeJS.ProcessEnv, vars);
    return { outcome: await output.within(work), logs: output.logs() };
  } finally {
    output.restore();
    restore();
    host().task = before;
  }
}
