import { stack, type Stack } from "./stack.ts";
import type { CardComponent } from "../base/card-component.ts";

/**
 * Components beside each other.
 *
 * @example
 * ```ts
 * current.card.append(row(valueBox({ label: "AUC", value: 0.91 }), valueBox({ label: "loss", value: 0.31 })));
 * ```
 */
export function row(...components: readonly CardComponent[]): Stack {
  return stack("row", components);
}
