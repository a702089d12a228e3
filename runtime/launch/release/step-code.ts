import { createHash } from "node:crypto";
import { tokenizer } from "acorn";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import { stepSource } from "../../graph/read/step-source.ts";
import { stepMethods } from "../../graph/step-methods.ts";

/** Hash of each step's source, to tell whether it changed. */
export function stepCode(Flow: AnyClass): Record<string, string> {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
  return Object.fromEntries([...stepMethods(Flow)].map(([name, step]) => [name, hash(essence(stepSource(step)))]));
}

/** What compilers leave as it is: the tokens, without the semicolons that some drop and the helpers that some add. */
function essence(source: string): string {
  const plain = source.replace(/\b__name\((\w+),\s*"[^"]*"\);?/g, "");
  try {
    const tokens = [...tokenizer(`({${plain}})`, { ecmaVersion: "latest" })];
    return tokens
      .filter((token) => token.type.label !== ";")
      .map((token) => `${token.type.label} ${String((token as { value?: unknown }).value)}`)
      .join("\n");
  } catch {
    return plain.replace(/[\s;]+/g, " ");
  }
}
