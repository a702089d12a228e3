import type { RunEvent } from "../../datastore/run-event.ts";
import type { TaskProgressed } from "../../engines/compute-backend.ts";
import type { TaskLabels } from "../../launch/run/open-labels.ts";
import { durationText } from "../../text/duration-text.ts";
import { taskName } from "../../text/task-name.ts";
import type { Output } from "../output.ts";
import { bar } from "./bar.ts";

interface TaskLine {
  /** Read when it is drawn first: that may take a look into the datastore. */
  label(): string;
  readonly startedAt: number;
  progress: Pick<TaskProgressed, "fraction" | "note"> | null;
}

/** A task that says nothing of its progress is worth a line after this time. */
const LONG_MS = 2_000;
/** Of one step. */
const MAX_LINES = 4;

/** The tasks that run and are worth a line of their own: those that tell how far they are, and long ones with a label. */
export class TaskLines {
  readonly #steps = new Map<string, Map<number, TaskLine>>();
  readonly #stepOf = new Map<number, string>();

  update(event: RunEvent, labels: TaskLabels): void {
    if (event.type === "task-started") {
      const { step, task, time } = event;
      const lines = this.#steps.get(step) ?? new Map<number, TaskLine>();
      lines.set(task, { label: () => labels.of(task), startedAt: time, progress: null });
      this.#steps.set(step, lines);
      this.#stepOf.set(task, step);
    } else if (event.type === "task-succeeded" || event.type === "task-failed") {
      this.#steps.get(this.#stepOf.get(event.task) ?? "")?.delete(event.task);
      this.#stepOf.delete(event.task);
    }
  }

  progress({ step, task, fraction, note }: TaskProgressed): void {
    const line = this.#steps.get(step)?.get(task);
    if (line !== undefined) line.progress = { fraction, note };
  }

  /** The lines below that of a step. */
  of(step: string, { colors }: Output): string[] {
    const now = Date.now();
    const all = [...(this.#steps.get(step) ?? [])];
    const worth = all.filter(([, { label, startedAt, progress }]) => {
      return progress !== null || (now - startedAt >= LONG_MS && label() !== "");
    });
    const shown = worth.slice(0, MAX_LINES).map(([task, { label, startedAt, progress }]) => {
      const name = taskName({ step, task, label: label() });
      const took = colors.dim(durationText(now - startedAt));
      if (progress === null) return `  ${name}  ${took}`;
      const { fraction, note } = progress;
      const parts = [bar(fraction, { colors, cells: 10 }), percentText(fraction), ...(note === "" ? [] : [note]), took];
      return `  ${name}  ${parts.join("  ")}`;
    });
    return worth.length > shown.length ? [...shown, colors.dim(`  … and ${worth.length - shown.length} more`)] : shown;
  }
}

/** Done is only what is done. */
export function percentText(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}
