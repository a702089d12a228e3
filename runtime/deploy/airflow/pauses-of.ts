import fs from "node:fs";
import type { DeploymentMove } from "../../datastore/kinds/deployment-move.ts";

/** A time, in seconds, whose instants start nothing: those after `from`, up to `until`. */
export interface Pause {
  readonly from: number;
  readonly until: number;
}

/** The line of a DAG's file that says them, which the next unpause writes anew. */
const LINE = /^PAUSES = \[(.*)\]$/m;
/** Airflow has long made up for what is missing then. */
const MOST = 100;

/** The pauses of a DAG as a line of its file: Airflow makes up for their instants, and the first task skips those runs. */
export function pausesLine(pauses: readonly Pause[]): string {
  return `PAUSES = [${pauses
    .slice(-MOST)
    .map(({ from, until }) => `(${from}, ${until})`)
    .join(", ")}]\n`;
}

/** The text of a DAG's file with these pauses in it; of one that an earlier Millrace made, as it is. */
export function withPauses(text: string, pauses: readonly Pause[]): string {
  return text.replace(LINE, pausesLine(pauses).trimEnd());
}

/** What a DAG's file says of its pauses. */
export function pausesOf(file: string): readonly Pause[] {
  const said = fs.existsSync(file) ? (LINE.exec(fs.readFileSync(file, "utf8"))?.[1] ?? "") : "";
  return [...said.matchAll(/\((\d+), (\d+)\)/g)].map(([, from, until]) => ({
    from: Number(from),
    until: Number(until),
  }));
}

/** The pause that these moves of a deployment have left it in, as ended now; null where they left it on. */
export function pauseUntil(
  now: number,
  moves: readonly Pick<DeploymentMove, "isPaused" | "action" | "time">[],
): Pause | null {
  const on = moves.findLastIndex(({ isPaused, action }) => !isPaused || action === "remove");
  const first = moves[on + 1];
  return first === undefined ? null : { from: Math.floor(first.time / 1000), until: Math.floor(now / 1000) };
}
