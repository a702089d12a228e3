import type { TerminalRecord } from "./terminal-command.ts";

/** What was drawn, frame by frame. */
export interface Frames {
  /** Of each frame without the lines that stay, which somebody else wrote. */
  readonly bytes: readonly number[];
  /** The most in any second. */
  readonly mostASecond: number;
}

const FRAME = /\u001b\[\?2026h([^]*?)\u001b\[\?2026l/g;
const SECOND_MS = 1000;

/** @param lines - what of a frame is no part of the board */
export function framesOf({ text, pieces }: TerminalRecord, lines: RegExp): Frames {
  const found = [...text.matchAll(FRAME)];
  const times = found.map(({ index }) => pieces.findLast(({ from }) => from <= index)?.atMs ?? 0);
  return {
    bytes: found.map(([frame]) => Buffer.byteLength(frame.replaceAll(lines, ""))),
    mostASecond: times.reduce((most, from, at) => {
      const until = times.findIndex((time, other) => other > at && time >= from + SECOND_MS);
      return Math.max(most, (until < 0 ? times.length : until) - at);
    }, 0),
  };
}

/** The value that this share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
