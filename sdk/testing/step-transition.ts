import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { Blobs } from "../../runtime/datastore/blobs.ts";
import { itemsIn } from "../../runtime/datastore/maintenance/blobs-of-result.ts";
import type { TakenTransition } from "../../runtime/datastore/records.ts";

/** Where a step said it goes, as `this.next` was called. `targets` are names of steps, `size` is the number of tasks. */
export type StepTransition =
  | { readonly kind: "end"; readonly targets: readonly [] }
  | { readonly kind: "linear"; readonly targets: readonly [string] }
  | { readonly kind: "branch"; readonly targets: readonly string[] }
  /** `case` is the key that was chosen. */
  | { readonly kind: "switch"; readonly targets: readonly [string]; readonly case: string }
  /** `items` as the children would receive them. */
  | { readonly kind: "foreach"; readonly targets: readonly [string]; readonly items: readonly unknown[] }
  | { readonly kind: "gang"; readonly targets: readonly [string]; readonly size: number };

export function stepTransition(taken: TakenTransition, blobs: Blobs): StepTransition {
  switch (taken.kind) {
    case "end":
      return { kind: "end", targets: [] };
    case "linear":
      return { kind: "linear", targets: [taken.target] };
    case "branch":
      return taken;
    case "switch":
      return { kind: "switch", targets: [taken.target], case: taken.case };
    case "gang":
      return { kind: "gang", targets: [taken.target], size: taken.size };
    case "foreach":
      return { kind: "foreach", targets: [taken.target], items: itemsOf(taken.items.blobs, blobs) };
  }
}

function itemsOf(hashes: readonly string[], blobs: Blobs): unknown[] {
  return hashes.flatMap((hash) => itemsIn(blobs, hash)).map((ref, index) => loadArtifact(blobs, `item ${index}`, ref));
}
