import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";
import { isMixed, joinsOf } from "../split-paths.ts";
import { listOf } from "../../text/list-of.ts";

export function doublyJoinedSplit({ steps, paths }: FlowFacts): Finding[] {
  return [...joinsOf(paths, steps)].flatMap(([split, all]) => {
    // A join of mixed splits is a mistake of its own.
    const joins = all.filter((join) => !isMixed(paths.arrivals.get(join) ?? [], true));
    if (joins.length < 2) return [];
    return finding({
      rule: "doubly-joined-split",
      step: split,
      at: { kind: "next", index: 0 },
      message: `Cannot join the split at ${split} because its paths meet in more than one join: ${listOf(joins)}`,
      hint: `let all paths from ${split} lead to one of them; join parts of a branch by branching again inside it`,
    });
  });
}
