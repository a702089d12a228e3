import { exitHooksOf, type FinishedRun } from "../../../sdk/decorators/on-exit.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { RunState } from "../../scheduler/state.ts";

/** Calls what the flow's `@onExit` names; resolves to a warning if that fails, as the run itself is over. */
export async function callExitHook(Flow: AnyClass, ended: { run: string; state: RunState }): Promise<string | null> {
  const { status, firstFailure, graph } = ended.state;
  const { success, error } = exitHooksOf(Flow);
  const hook = status === "succeeded" ? success : error;
  if (hook === undefined || status === "running") return null;
  const failure = firstFailure === null ? null : { step: firstFailure.step, message: firstFailure.error.message };
  const finished: FinishedRun = { flow: graph.flow, run: ended.run, status, error: failure };
  try {
    await hook(finished);
    return null;
  } catch (thrown) {
    return `the @onExit hook of ${graph.flow} failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
  }
}
