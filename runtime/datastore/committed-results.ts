import { linesOf } from "./lines-of.ts";
import type { Storage } from "./storage.ts";

/** Segments that are asked for together. */
const SEGMENTS_AHEAD = 32;

export interface CommittedLine {
  readonly text: string;
  readonly segment: string;
  /** Byte at which it begins. */
  readonly offset: number;
}

/** Every committed result of a run, in no particular order, with its place. A line without its newline does not count. */
export function* committedResults(
  storage: Storage,
  { folder, by }: { folder: string; by: number | null },
): Generator<CommittedLine> {
  const files = storage.list(`${folder}/results`).filter((name) => by === null || name.startsWith(`${by}-`));
  for (const [index, file] of files.entries()) {
    if (index % SEGMENTS_AHEAD === 0) {
      const group = files.slice(index, index + SEGMENTS_AHEAD);
      storage.ahead(group.map((name) => ({ op: "tail", key: `${folder}/results/${name}` })));
    }
    const segment = file.replace(/\.jsonl$/, "");
    for (const line of linesOf(storage, `${folder}/results/${file}`)) yield { ...line, segment };
  }
}
