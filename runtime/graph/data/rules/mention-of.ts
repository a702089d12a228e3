import type { MentionPlace } from "../../finding.ts";
import { mentionsIn } from "../../locate/mentions-in.ts";
import type { UseSite } from "../data-use.ts";

/** The place of a use, in terms that hold for every way to compile the source. */
export function mentionOf({ member, node }: UseSite, name: string): MentionPlace {
  const index = mentionsIn(member.root, name).indexOf(node);
  return { kind: "mention", owner: member.owner, member: member.name, name, index: Math.max(index, 0) };
}
