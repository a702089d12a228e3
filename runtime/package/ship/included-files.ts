import { glob } from "tinyglobby";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/**
 * The files that `include` patterns match, relative to the root.
 * @returns absolute paths, and a warning for each pattern that matches nothing
 */
export async function includedFiles(
  patterns: readonly string[],
  root: string,
): Promise<{ files: string[]; warnings: string[] }> {
  const files = new Set<string>();
  const warnings: string[] = [];
  const without = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  for (const pattern of patterns.filter((one) => !one.startsWith("!"))) {
    if (pattern.trim() === "") throw badPattern(pattern);
    const matched = await glob(pattern, {
      cwd: root,
      dot: true,
      absolute: true,
      ignore: [...without, "**/node_modules/**", "**/.git/**", "**/.millrace/**"],
    });
    if (matched.length === 0) warnings.push(`include: ${JSON.stringify(pattern)} matches no file in ${root}`);
    for (const file of matched) files.add(file);
  }
  return { files: [...files].sort(), warnings };
}

function badPattern(pattern: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot ship files because a pattern of include is empty: ${JSON.stringify(pattern)}`,
    hint: 'name files relative to the project, as in {"include": ["data/**/*.csv"]} in millrace.config.json',
  });
}
