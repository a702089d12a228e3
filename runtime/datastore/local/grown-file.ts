import fs from "node:fs";
import type { Appender } from "../storage.ts";
import { explained } from "./explained.ts";
import { type FileWriter, writeFully } from "./write-file.ts";

/** Appends to a file, by whole writes. */
export function openAppender(
  file: string,
  { key, writer, isDurable }: { key: string; writer: FileWriter; isDurable: boolean },
): Appender {
  const descriptor = writer.open(file, "a");
  let failure: unknown = null;

  function guarded(action: () => void): void {
    explained("write", key, () => {
      // Part of the last bytes may be there: more would make them look whole.
      if (failure !== null) throw failure;
      try {
        action();
      } catch (error) {
        failure = error;
        throw error;
      }
    });
  }

  return {
    append: (bytes) => guarded(() => writeFully(descriptor, typeof bytes === "string" ? Buffer.from(bytes) : bytes)),
    flush() {
      if (isDurable) guarded(() => fs.fdatasyncSync(descriptor));
    },
    close: () => fs.closeSync(descriptor),
  };
}
