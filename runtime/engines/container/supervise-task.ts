import process from "node:process";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { openSupervisor, type SupervisorOptions } from "./task-supervisor.ts";

export interface SupervisedTask extends Pick<SupervisorOptions, "store" | "document" | "handed"> {
  readonly spec: TaskSpec;
  /** Asked when the container is told to stop: why. */
  stopReason(): (StopReason & { readonly task?: number }) | null;
}

/** Of a container that somebody else told to stop. */
export const UNASKED: StopReason = { name: "AbortError", message: "its container was told to stop" };

/** Executes the one task of a container. */
export async function superviseTask({ spec, stopReason, ...of }: SupervisedTask): Promise<TaskOutcome> {
  let settle: Pick<SupervisorOptions["on"], "trouble"> & { done(outcome: TaskOutcome): void };
  const over = new Promise<TaskOutcome>((done, trouble) => (settle = { done, trouble }));
  const supervisor = await openSupervisor({
    ...of,
    first: spec,
    isolation: "process",
    on: { ended: (_, outcome) => settle.done(outcome), trouble: (error) => settle.trouble(error) },
  });
  const stop = () => supervisor.stop(spec.task, stopReason() ?? UNASKED);
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  supervisor.start(spec);
  const outcome = await over;
  await supervisor.close();
  return outcome;
}
