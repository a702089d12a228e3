import type { DataUse, MemberBody } from "../data-use.ts";
import type { FlowMembers } from "../flow-members.ts";
import type { MethodNode } from "../../read/parse-method.ts";
import { type Held, OTHER, Scope } from "./held.ts";
import { visitFunction, visitNode } from "./visit-node.ts";
import type { Walk } from "./walk.ts";

export interface ScanOptions {
  readonly members: FlowMembers;
  readonly steps: ReadonlySet<string>;
  /** True for a join, whose first parameter is its inputs. */
  readonly isJoin: boolean;
}

/** All that a method, and the methods it calls, do with the flow's data, in the order of evaluation. */
export function scanUses(
  body: MemberBody & { readonly root: MethodNode },
  { members, steps, isJoin }: ScanOptions,
): readonly DataUse[] {
  const given: Held = isJoin ? { is: "inputs" } : OTHER;
  const walk: Walk = {
    ...{ members, steps, given },
    uses: [],
    entered: new Set(),
    hasRisk: false,
    visit: (node, place) => {
      visitNode(walk, node, place);
    },
    visitFunction: (fn, params, place) => {
      visitFunction(walk, fn, { params, place: { ...place, scope: new Scope(place.scope) } });
    },
  };
  const place = { body, scope: new Scope(null), hasThis: true, isConditional: false, isDeferred: false, isTest: false };
  walk.visitFunction(body.root, [given], place);
  return walk.uses;
}
