import type { Finding } from "../../graph/finding.ts";
import { shortPath } from "./short-path.ts";

/** A finding as people read it: its place and what is wrong, then the fix. */
export function findingText(finding: Finding): readonly [what: string, fix: string] {
  const { file, line, column, message, hint, rule } = finding;
  const place = file === null ? "" : `${shortPath(file)}${line === null ? "" : `:${line}:${column ?? 1}`}: `;
  return [`${place}${message}  (${rule})`, `  fix: ${hint}`];
}
