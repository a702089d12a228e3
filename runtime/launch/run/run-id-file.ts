import fs from "node:fs";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** The file that tells others the run's id; empty until there is one. */
export function runIdFile(file: string): { write(run: string): void } {
  const write = (text: string) => {
    try {
      fs.writeFileSync(file, text);
    } catch (cause) {
      throw new MillraceError({
        code: "MILLRACE_USAGE",
        headline: `Cannot write the run's id because the file cannot be written: ${file}`,
        details: [messageOf(cause)],
        hint: "name a writable place for --run-id-file",
        cause,
      });
    }
  };
  // Better now than when the run has begun.
  write("");
  return { write };
}
