import type { CardComponent } from "../base/card-component.ts";
import { stack, type Stack } from "./stack.ts";

/**
 * Components below each other, as a part of a row or a tab.
 *
 * @example
 * ```ts
 * current.card.append(row(column(markdown("## Before"), json({ rate: 0.1 })), column(markdown("## After"), json({ rate: 0.2 }))));
 * ```
 */
export function column(...components: readonly CardComponent[]): Stack {
  return stack("column", components);
}
