import os from "node:os";
import path from "node:path";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/**
 * The absolute path that a user means, whoever reads the text: a shell expands `~` in its own words alone, not in a
 * JSON file, a variable or behind `--option=`.
 *
 * @param text - as the user gave it; `./~` is a folder of that name
 * @param base - folder that a relative path starts from
 * @throws MillraceError `MILLRACE_USAGE` for the home of another user, which only a shell can find
 */
export function userPath(text: string, base: string = process.cwd()): string {
  if (!text.startsWith("~")) return path.resolve(base, text);
  const [first = ""] = text.split(process.platform === "win32" ? /[/\\]/ : "/");
  if (first === "~") return path.join(os.homedir(), text.slice(1));
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot use the path because ~ stands only for your own home folder: ${text}`,
    hint: `write the whole path; for a file or folder whose name starts with ~ write ./${text}`,
  });
}
