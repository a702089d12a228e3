import type { RunEvent } from "../../datastore/run-event.ts";
import { durationText } from "../../text/duration-text.ts";
import { sizeText } from "../../text/size-text.ts";

/** What a run's attempts used in all, event by event. */
export class RunTotals {
  #reused = 0;
  #retried = 0;
  #cpuMs = 0;
  #peakMemory = 0;
  /** True if an attempt could not tell: its process died. */
  #isPartial = false;

  apply(event: RunEvent): void {
    if (event.type === "task-reused") this.#reused += 1;
    if (event.type === "task-started" && event.source.kind === "retry") this.#retried += 1;
    if (event.type !== "task-succeeded" && event.type !== "task-failed") return;
    const { usage } = event;
    if (usage?.cpuMs === undefined || usage.isPartial === true) this.#isPartial = true;
    this.#cpuMs += usage?.cpuMs ?? 0;
    this.#peakMemory = Math.max(this.#peakMemory, usage?.peakMemory ?? 0);
  }

  /** `3 reused, 1 retried, CPU 1.2 h, peak memory 3.1 GB`; empty where nothing is known. */
  text(): string {
    const least = this.#isPartial ? "at least " : "";
    const parts = [
      ...(this.#reused > 0 ? [`${this.#reused} reused`] : []),
      ...(this.#retried > 0 ? [`${this.#retried} retried`] : []),
      ...(this.#peakMemory > 0
        ? [`CPU ${least}${durationText(this.#cpuMs)}`, `peak memory ${least}${sizeText(this.#peakMemory)}`]
        : []),
    ];
    return parts.join(", ");
  }
}
