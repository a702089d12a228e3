import { inspect } from "node:util";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { sourceFrame } from "../compile/source-frame.ts";
import type { CellFailure, CompiledCell } from "../front/protocol.ts";
import type { CellPlace, CellStacks } from "./cell-stacks.ts";

/** Thrown into a cell from outside: nobody wants its stack, which is ours. */
export class CellStopped extends Error {
  readonly places: readonly CellPlace[];

  constructor(name: "Interrupted" | "ProcessExit", message: string, places: readonly CellPlace[] = []) {
    super(message);
    this.name = name;
    this.places = places;
  }
}

/** What a notebook shows for whatever a cell has thrown. */
export function failureOf(thrown: unknown, { stacks, cell }: { stacks: CellStacks; cell: CompiledCell }): CellFailure {
  const places = thrown instanceof CellStopped && thrown.places.length > 0 ? thrown.places : stacks.placesOf(thrown);
  const [innermost] = places;
  const name = thrown instanceof Error ? nameOf(thrown) : "Thrown";
  const message = thrown instanceof Error ? thrown.message : inspect(thrown);
  const frame =
    innermost === undefined
      ? []
      : ["", `cell ${innermost.cell.count}, line ${innermost.line}`, ...sourceFrame(innermost.cell.source, innermost)];
  return {
    type: "error",
    name,
    message,
    traceback: [
      ...describe(thrown)
        .replace(/^[\w$.]+/, red)
        .split("\n"),
      ...frame,
    ],
    line: places.find((place) => place.cell === cell)?.line ?? null,
  };
}

function describe(thrown: unknown): string {
  if (thrown instanceof CellStopped) {
    const places = thrown.places.map(({ cell, line }) => `    at cell ${cell.count}, line ${line}`);
    return [`${thrown.name}: ${thrown.message}`, ...places].join("\n");
  }
  if (!(thrown instanceof Error)) return `Thrown: ${inspect(thrown)}`;
  try {
    // Its message has all that its fields have.
    return isMillraceError(thrown) ? String(thrown.stack) : inspect(thrown);
  } catch {
    return String(thrown.stack);
  }
}

/** Classes of errors mostly keep the name of their base. */
function nameOf(error: Error): string {
  const { name, constructor } = error as { name: unknown; constructor?: { name?: unknown } };
  const names = name === "Error" ? [constructor?.name, name] : [name];
  return names.find((one): one is string => typeof one === "string" && one !== "") ?? "Error";
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[39m`;
}
