import { types } from "node:util";
import type { CardComponent } from "../base/card-component.ts";
import { LiveComponent } from "./live-component.ts";
import { seen } from "./wanted-text.ts";

/** As it is stored. */
export interface CardErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}

/**
 * An error that the step has dealt with, and its stack. What a task fails with is on its default card anyway.
 *
 * @example
 * ```ts
 * try {
 *   JSON.parse("{");
 * } catch (thrown) {
 *   current.card.append(error(thrown));
 * }
 * ```
 */
export function error(thrown: unknown): CardComponent {
  return new LiveComponent({ kind: "error", read: (given: unknown) => ({ data: errorData(given) }) }, thrown);
}

function errorData(thrown: unknown): CardErrorData {
  if (!types.isNativeError(thrown) && !(thrown instanceof Error))
    return { name: "Error", message: typeof thrown === "string" ? thrown : seen(thrown), stack: null };
  return { name: thrown.name, message: thrown.message, stack: thrown.stack ?? null };
}
