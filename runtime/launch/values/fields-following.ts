import type { FieldReads } from "../../../sdk/base/construct-flow.ts";

/** Fields whose initializers read one of these, or a field that did. What `isEnd` names is one, and none follow it. */
export function fieldsFollowing(
  names: Iterable<string>,
  { reads, isEnd }: { reads: FieldReads; isEnd: (name: string) => boolean },
): ReadonlySet<string> {
  const following = new Set<string>();
  const queue = [...names];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const [field, read] of reads) {
      if (!read.has(at) || following.has(field)) continue;
      following.add(field);
      if (!isEnd(field)) queue.push(field);
    }
  }
  return following;
}
