import type { Finding } from "./finding.ts";

const COMMENT = /(?:\/\/|\/\*)\s*millrace-ignore\b([^\n]*)/;

/**
 * Findings but those that a comment silences: `// millrace-ignore RULE`, on the line that the finding names or the line
 * above it. Several rules may stand in one comment; what follows `--` says why.
 *
 * @param read - gives a file's text
 */
export async function withoutIgnored(
  findings: readonly Finding[],
  read: (file: string) => Promise<string>,
): Promise<Finding[]> {
  const files = new Map<string, Promise<readonly string[]>>();
  const linesOf = (file: string): Promise<readonly string[]> => {
    const known =
      files.get(file) ??
      read(file).then(
        (text) => text.split("\n"),
        () => [],
      );
    files.set(file, known);
    return known;
  };
  const kept = await Promise.all(
    findings.map(async (found) => {
      if (found.file === null || found.line === null) return [found];
      const lines = await linesOf(found.file);
      const around = [lines[found.line - 1] ?? "", lines[found.line - 2] ?? ""];
      return around.some((line) => ignoredIn(line).includes(found.rule)) ? [] : [found];
    }),
  );
  return kept.flat();
}

function ignoredIn(line: string): readonly string[] {
  const names = COMMENT.exec(line)?.[1] ?? "";
  return names.replace(/\s--.*$/, "").split(/[\s,]+/);
}
