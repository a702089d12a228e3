import type { RunSummary, TaskSummary, TaskStatus } from "../datastore/reader/run-summary.ts";
import { durationText } from "../text/duration-text.ts";
import { escaped, Html } from "./html.ts";
import { largest } from "../../sdk/base/largest.ts";

const COLOURS: Readonly<Record<TaskStatus, string>> = {
  succeeded: "#2c8a55",
  failed: "#c9463d",
  running: "#2f74c0",
  stale: "#8a7a55",
  pending: "#8a7a55",
  caught: "#b57614",
};
const WIDTH = 560;
const ROW = 20;
/** About the width of a letter of the names. */
const LETTER = 6.2;
/** Of one step; more would not be told apart. */
const MAX_BARS = 200;
const MAX_ROWS = 60;
const LABEL_CHARS = 20;

/** When the tasks of each step were at work, a row each. */
export function timeline({ tasks, startedAt, lastSeenAt, status }: RunSummary): Html {
  const own = tasks.filter(({ isReused }) => !isReused);
  const until = Math.max(status === "running" ? Date.now() : lastSeenAt, startedAt + 1);
  const steps = [...new Set(own.map(({ step }) => step))].slice(0, MAX_ROWS);
  const names = steps.map((step) => (step.length > LABEL_CHARS ? `${step.slice(0, LABEL_CHARS - 1)}…` : step));
  const label = Math.ceil(largest([...names.map(({ length }) => length), 4]) * LETTER) + 10;
  const at = (time: number) => Math.min(Math.max((time - startedAt) / (until - startedAt), 0), 1) * WIDTH;
  const rows = steps.map((step, row) => {
    const bars = barsOf(
      own.filter((task) => task.step === step),
      { at, until },
    );
    const y = row * ROW;
    const drawn = bars.map(
      ({ x, width, colour }) =>
        `<rect x="${label + x}" y="${y + 4}" width="${width}" height="${ROW - 8}" rx="2" fill="${colour}" fill-opacity="0.85"/>`,
    );
    return `<text x="${label - 8}" y="${y + 14}" text-anchor="end" font-size="11" fill="currentColor">${escaped(names[row] ?? "")}</text>${drawn.join("")}`;
  });
  const bottom = steps.length * ROW;
  const axis = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = label + part * WIDTH;
    const text = durationText((until - startedAt) * part);
    const anchor = part === 1 ? "end" : part === 0 ? "start" : "middle";
    return `<path d="M${x} 0V${bottom}" stroke="currentColor" stroke-opacity="0.15"/><text x="${x}" y="${bottom + 14}" text-anchor="${anchor}" font-size="10" fill="currentColor" fill-opacity="0.65">${text}</text>`;
  });
  const size = `width="${label + WIDTH + 4}" height="${bottom + 20}" viewBox="0 0 ${label + WIDTH + 4} ${bottom + 20}"`;
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" style="max-width:100%;height:auto">${axis.join("")}${rows.join("")}</svg>`,
  );
}

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly colour: string;
}

/** Attempts that would cover each other are drawn once. */
function barsOf(
  tasks: readonly TaskSummary[],
  { at, until }: { at: (time: number) => number; until: number },
): readonly Bar[] {
  const bars = new Map<string, Bar>();
  for (const { attempts } of tasks) {
    for (const { startedAt, finishedAt, status } of attempts) {
      const x = Math.round(at(startedAt));
      const width = Math.max(Math.round(at(finishedAt ?? until)) - x, 2);
      bars.set(`${x} ${width} ${status}`, { x, width, colour: COLOURS[status] });
    }
  }
  // What went wrong lies above what went well.
  const all = [...bars.values()].sort(
    (a, b) => Number(b.colour === COLOURS.succeeded) - Number(a.colour === COLOURS.succeeded),
  );
  if (all.length <= MAX_BARS) return all;
  const x = all.reduce((least, bar) => Math.min(least, bar.x), Infinity);
  const end = all.reduce((most, bar) => Math.max(most, bar.x + bar.width), 0);
  const failed = all.find(({ colour }) => colour === COLOURS.failed);
  return [{ x, width: end - x, colour: (failed ?? all[0])?.colour ?? COLOURS.succeeded }];
}
