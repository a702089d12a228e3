import type { FlowGraph } from "../graph/graph.ts";
import type { OriginRun } from "../launch/origin.ts";
import type { ResumePoint } from "../launch/resume-point.ts";
import { stepCodeOf } from "../launch/run-document.ts";
import { simulateReuse } from "../scheduler/simulate-reuse.ts";
import type { CliContext } from "./context.ts";
import type { Output } from "./output.ts";

export interface ResumeRequest extends ResumePoint {
  readonly isDryRun: boolean;
}

/** Says what is taken over, and what changed since. */
export function reportPlan(
  origin: OriginRun,
  at: { context: CliContext; graph: FlowGraph; output: Output; resume: ResumeRequest },
): void {
  const { output, graph } = at;
  const { run, stepCode } = origin.document;
  const counts = simulateReuse(graph, (step, path) => origin.reusable(step, path));
  const tasks = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const reused = [...counts.keys()];
  const rest = graph.steps.map(({ name }) => name).filter((name) => !counts.has(name));
  const now = stepCodeOf(at.context.Flow);
  const changed = reused.filter((step) => stepCode[step] !== undefined && stepCode[step] !== now[step]);
  if (output.isJson && at.resume.isDryRun) {
    return output.json({ origin: run, reusedSteps: reused, otherSteps: rest, reusedTasks: tasks, changed });
  }
  const steps = reused.join(", ") || "no step";
  const finished = `${tasks} finished ${tasks === 1 ? "task" : "tasks"} of ${steps}`;
  output.note(`resuming ${at.context.flowName}/${run}: takes over ${finished}`);
  if (at.resume.isDryRun)
    output.note(`would run: ${rest.join(", ") || "no other step"}, and unfinished tasks of those`);
  if (changed.length === 0) return;
  const [them, their] = changed.length === 1 ? ["it", "its"] : ["them", "their"];
  output.note(
    output.colors.yellow(
      `warning: the code of ${changed.join(", ")} changed since; ${their} finished tasks are taken over as they are. To run ${them} again: resume ${changed[0] ?? ""}`,
    ),
  );
}
