import { createHash } from "node:crypto";
import type { ScriptPart } from "./script-parts.ts";

/** What a piece of code is called before people. */
export function labelOf({ declares, module }: Pick<ScriptPart, "declares" | "module">): string {
  return declares.length === 0 ? `what ${module} does when it is loaded` : `${declares.join(", ")} in ${module}`;
}

export function hashOfTexts(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
}
