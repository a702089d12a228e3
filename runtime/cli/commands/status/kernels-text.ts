import type { GpuUse } from "../../../../sdk/base/host.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { taskName } from "../../../text/task-name.ts";
import type { RunSummary, TaskSummary } from "../../../datastore/reader/run-summary.ts";
import type { Output } from "../../output.ts";
import { sizeText } from "../../../text/size-text.ts";
import { kernelPlace } from "../../../text/kernel-place.ts";
import { tableText } from "../../show/table-text.ts";
import { durationText } from "../../../text/duration-text.ts";

/** What kernels did in one task. */
export interface TaskKernels extends GpuUse {
  readonly step: string;
  readonly task: number;
  /** What tells it apart among those of its foreach. */
  readonly label: string;
}

/** Read from the results of those tasks that have one. */
export function gpuUses(
  store: Datastore,
  { flow, run }: RunSummary,
  { tasks, labels }: { tasks: readonly TaskSummary[]; labels: ItemLabels },
): TaskKernels[] {
  const record = store.record(flow, run);
  return tasks.flatMap(({ step, task, result, place }) => {
    const gpu = result === null ? undefined : record.resultAt(result).gpu;
    return gpu === undefined ? [] : [{ step, task, label: labels.of(place), ...gpu }];
  });
}

/** Where kernels really ran, task by task; empty if there were none. */
export function kernelsText(uses: readonly TaskKernels[], { colors }: Output): string {
  if (uses.length === 0) return "";
  const table = tableText({
    header: ["TASK", "KERNELS RAN ON", "CALLS", "TOOK", "MOVED IN", "MOVED OUT"],
    right: [2, 3, 4, 5],
    styleHeader: colors.dim,
    rows: uses.map((use) => [
      ...[taskName(use), kernelPlace(use), String(use.calls), durationText(use.kernelMs)],
      ...[sizeText(use.bytesIn), sizeText(use.bytesOut)],
    ]),
  });
  const reasons = [...new Set(uses.flatMap(({ reason }) => (reason === null ? [] : [reason])))];
  return [table, ...reasons.map((reason) => colors.dim(`no GPU: ${reason}`))].join("\n");
}
