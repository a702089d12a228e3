import type { Finding } from "./finding.ts";

const COMMENT = /(?:\/\/|\/\*)\s*millrace-ignore\b([^\n]*)/;

/**
 * True for a finding that a comment silences: `// millrace-ignore RULE`, on the line that the finding names or the line
 * above it. Several rules may stand in one comment; what follows `--` says why.
 *
 * @param options - `lines` of the file; `line` of the finding, from 1
 */
export function isIgnored(
  { rule }: Pick<Finding, "rule">,
  { lines, line }: { lines: readonly string[]; line: number },
): boolean {
  return [lines[line - 1] ?? "", lines[line - 2] ?? ""].some((text) => rulesIn(text).includes(rule));
}

function rulesIn(line: string): readonly string[] {
  const names = COMMENT.exec(line)?.[1] ?? "";
  return names.replace(/\s--.*$/, "").split(/[\s,]+/);
}
