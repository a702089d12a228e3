import type { Finding } from "./finding.ts";
import { isIgnored } from "./is-ignored.ts";

/**
 * Findings but those that a comment silences.
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
      return isIgnored(found, { lines: await linesOf(found.file), line: found.line }) ? [] : [found];
    }),
  );
  return kept.flat();
}
