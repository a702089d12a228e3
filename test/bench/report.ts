import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Target } from "./bench-case.ts";
import type { CaseSummary, FigureSummary, SideSummary, Spread } from "./summary.ts";

/** Everything that the JSON holds. */
export interface Report {
  readonly startedAt: string;
  readonly machine: Machine;
  /** Version, workers; null when it was not there. */
  readonly metaflow: { readonly version: string; readonly workers: number } | null;
  readonly cases: readonly CaseSummary[];
}

/** Where the figures were taken. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted a core in the minute before: above zero, others were busy here too. */
  readonly loadAtStart: number;
}

export function thisMachine(): Machine {
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: os.cpus()[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    loadAtStart: os.loadavg()[0] ?? 0,
  };
}

export function writeJson(file: string, report: Report): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** The figures for people: medians, with the range in brackets. */
export function table(report: Report): string {
  const rows = [["case", "first", "second", "ratio", "target"], ...report.cases.map(row)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  const failures = report.cases.flatMap(({ name, error }) => (error === null ? [] : [`\n${name} FAILED: ${error}`]));
  const figures = report.cases.flatMap(({ name, figures }) => figures.map((figure) => figureText(name, figure)));
  if (figures.length > 0) figures.unshift("");
  return [...lines, ...figures, ...failures, "", heading(report)].join("\n");
}

function row({ name, first, second, ratio, target, isMet, error }: CaseSummary): string[] {
  if (error !== null) return [name, "FAILED", "", "", targetText(target, isMet)];
  return [name, sideText(first), sideText(second), ratio === null ? "-" : ratioText(ratio), targetText(target, isMet)];
}

function sideText(side: SideSummary | null): string {
  if (side === null) return "-";
  const { label, note, ms } = side;
  const range = `[${seconds(ms.min)}-${seconds(ms.max)}]`;
  return `${label} ${seconds(ms.median)} s ${range}${note === undefined ? "" : ` (${note})`}`;
}

function ratioText({ median, min, max }: Spread): string {
  return `${factor(median)}x [${factor(min)}-${factor(max)}]`;
}

function targetText(target: Target | null, isMet: boolean | null): string {
  if (target === null) return "";
  const bounds = [
    ...(target.atLeast === undefined ? [] : [`>= ${target.atLeast}x`]),
    ...(target.atMost === undefined ? [] : [`<= ${target.atMost}x`]),
    ...(target.firstAtMostMs === undefined ? [] : [`first <= ${seconds(target.firstAtMostMs)} s`]),
  ].join(", ");
  return isMet === null ? bounds : `${bounds} ${isMet ? "met" : "MISSED"}`;
}

function figureText(name: string, { label, unit, values, atMost, atLeast, isMet }: FigureSummary): string {
  const figure = `${name}: ${label} ${factor(values.median)} ${unit} [${factor(values.min)}-${factor(values.max)}]`;
  const bounds = [
    ...(atMost === undefined ? [] : [`<= ${atMost} ${unit}`]),
    ...(atLeast === undefined ? [] : [`>= ${atLeast} ${unit}`]),
  ];
  return bounds.length === 0 ? figure : `${figure}, target ${bounds.join(", ")} ${isMet ? "met" : "MISSED"}`;
}

function heading({ machine, metaflow }: Report): string {
  const { node, platform, cpu, cores, loadAtStart } = machine;
  const other =
    metaflow === null ? "no Metaflow" : `Metaflow ${metaflow.version} with --max-workers ${metaflow.workers}`;
  return [
    "Wall time of whole commands, in store-* and file-* of one call: median [min-max]; the ratio is second / first, pair by pair.",
    `Node ${node}, ${other}; ${platform}, ${cpu}, ${cores} cores, load at start ${loadAtStart.toFixed(1)}`,
  ].join("\n");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 2 : 1);
}

function factor(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0);
}
