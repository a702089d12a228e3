import { exitHooksOf, type FinishedRun } from "../../../sdk/decorators/on-exit.ts";
import type { RunState } from "../../scheduler/run-state.ts";
import type { PreparedRelease } from "../release/release.ts";

/** Calls what the flow's `@onExit` names; resolves to a warning if that fails, as the run itself is over. */
export async function callExitHook(
  release: Pick<PreparedRelease, "document" | "flow">,
  ended: { run: string; state: Pick<RunState, "status" | "firstFailure" | "reason" | "graph"> },
): Promise<string | null> {
  const { status, firstFailure, reason, graph } = ended.state;
  const outcome = status === "succeeded" ? "success" : "error";
  if (status === "running" || !release.document.exitHooks.includes(outcome)) return null;
  const failure = firstFailure === null ? null : { step: firstFailure.step, message: firstFailure.error.message };
  const finished: FinishedRun = { flow: graph.flow, run: ended.run, status, error: failure, reason };
  try {
    await exitHooksOf(await release.flow())[outcome]?.(finished);
    return null;
  } catch (thrown) {
    return `the @onExit hook of ${graph.flow} failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
  }
}
