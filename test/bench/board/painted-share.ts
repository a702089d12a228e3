import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What all of it, and what the painter alone, took of the processor; in milliseconds. */
export function paintedShare(folder: string): { readonly totalMs: number; readonly paintedMs: number } {
  const profiles = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Profile,
  );
  const found = profiles.find(({ nodes }) => nodes.some(isPaint));
  if (found === undefined) throw new Error(`no profile in ${folder} is of a process that painted`);
  const byId = new Map(found.nodes.map((node) => [node.id, node]));
  const painted = new Set<number>();
  const add = (id: number) => {
    painted.add(id);
    for (const child of byId.get(id)?.children ?? []) add(child);
  };
  for (const node of found.nodes) if (isPaint(node)) add(node.id);
  let [total, own] = [0, 0];
  for (const [at, id] of found.samples.entries()) {
    if (byId.get(id)?.callFrame.functionName === "(idle)") continue;
    const micros = found.timeDeltas[at] ?? 0;
    total += micros;
    if (painted.has(id)) own += micros;
  }
  return { totalMs: total / 1000, paintedMs: own / 1000 };
}

function isPaint({ callFrame }: Profile["nodes"][number]): boolean {
  return callFrame.functionName === "#paint";
}
