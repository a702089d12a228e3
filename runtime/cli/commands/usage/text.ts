import type { ResourceAdvice } from "../../../datastore/reader/resource-advice.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import type { Spread, StepUsage } from "../../../datastore/reader/step-usage.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { Output } from "../../output.ts";
import { tableText } from "../../show/table-text.ts";

/** A line a step: what it asked for, and median, 95th percentile and most of what its attempts used. */
export function usageText(
  usages: readonly StepUsage[],
  { runs, output: { colors } }: { runs: readonly RunSummary[]; output: Output },
): string {
  const [latest] = runs;
  const title = `${colors.bold(`${latest?.flow ?? ""}/${latest?.run ?? ""}`)}${runs.length > 1 ? ` and ${runs.length - 1} before it` : ""}`;
  const table = tableText({
    header: [
      "STEP",
      "MACHINE",
      "TASKS",
      "TIME",
      "WAITED",
      "CPU",
      "CORES",
      "ASKED",
      "MEMORY",
      "ASKED",
      "GPU",
      "GPU MEMORY",
      "UNUSED",
    ],
    right: [2, 3, 4, 5, 7, 9, 10, 11],
    styleHeader: colors.dim,
    rows: usages.map((usage) => [
      usage.step,
      usage.machine ?? "",
      String(usage.tasks),
      durationText(usage.wallMs.median),
      usage.waitingMs === null ? "" : durationText(usage.waitingMs.median),
      usage.cpuMs === null ? "" : durationText(usage.cpuMs),
      spreadText(usage.cores, (cores) => cores.toFixed(1)),
      usage.asked.cpu === null ? "" : String(usage.asked.cpu),
      spreadText(usage.memoryMb, (mb) => String(Math.ceil(mb)), " MB"),
      usage.asked.memoryMb === null ? "" : `${usage.asked.memoryMb} MB`,
      spreadText(usage.gpu?.percent ?? null, (percent) => String(Math.round(percent)), " %"),
      spreadText(usage.gpu?.memoryMb ?? null, (mb) => String(Math.ceil(mb)), " MB"),
      unusedText(usage),
    ]),
  });
  const legend = "TIME and WAITED: median of an attempt; CORES and MEMORY: median / 95 % / most of an attempt";
  return [title, "", table, "", ...[legend, ...lackingLines(usages)].map((line) => colors.dim(line))].join("\n");
}

/** What the figures lack, and why. */
function lackingLines(usages: readonly StepUsage[]): string[] {
  const sum = (count: (usage: StepUsage) => number) => usages.reduce((all, usage) => all + count(usage), 0);
  const attempts = (count: number) => `${count} attempt${count === 1 ? "" : "s"}`;
  const [silent, unseen] = [sum((usage) => usage.silent), sum((usage) => usage.lacking.children)];
  const estimated = sum((usage) => usage.estimated);
  return [
    ...(silent === 0 ? [] : [`${attempts(silent)} died and could not tell all that they used`]),
    ...(unseen === 0
      ? []
      : [`${attempts(unseen)} started processes that ended before their memory could be looked at`]),
    ...(estimated === 0
      ? []
      : [
          `the memory of ${attempts(estimated)} is an estimate: nobody saw all processes that they started, and those count by the pages that they touched`,
        ]),
    ...(sum((usage) => usage.lacking.system) === 0
      ? []
      : ["child processes do not count, nor what was read and written: the system does not tell"]),
  ];
}

/** A line for each step that had better ask for something else. */
export function adviceText(advice: readonly ResourceAdvice[], { colors }: Output): string {
  if (advice.length === 0) return "no step has to ask for more or less";
  const table = tableText({
    header: ["ADVICE", "", ""],
    styleHeader: colors.dim,
    rows: advice.map(({ step, decorator, evidence }) => [step, colors.green(decorator), colors.dim(evidence)]),
  });
  return table;
}

/** Only what a flow needs, to paste. */
export function writtenText(advice: readonly ResourceAdvice[]): string {
  return advice.map(({ step, decorator, evidence }) => `// ${step}: ${evidence}\n${decorator}`).join("\n");
}

function spreadText(spread: Spread | null, text: (value: number) => string, unit = ""): string {
  if (spread === null) return "";
  return `${[spread.median, spread.p95, spread.max].map(text).join(" / ")}${unit}`;
}

function unusedText({ wasted: { memoryGbHours, cpuHours, gpuHours } }: StepUsage): string {
  const parts = [
    ...(cpuHours === null ? [] : [`${amountText(cpuHours)} CPU h`]),
    ...(memoryGbHours === null ? [] : [`${amountText(memoryGbHours)} GB h`]),
    ...(gpuHours === null ? [] : [`${amountText(gpuHours)} GPU h`]),
  ];
  return parts.join(", ");
}

function amountText(hours: number): string {
  return hours < 0.01 ? "< 0.01" : hours < 10 ? hours.toFixed(2) : String(Math.round(hours));
}
