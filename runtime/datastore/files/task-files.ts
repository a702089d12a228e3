import path from "node:path";
import type { TaskFiles } from "../../../sdk/files/file-content.ts";
import type { Blobs } from "../blobs.ts";
import { fileSource } from "./file-source.ts";
import { takeDirectory } from "./take-directory.ts";

/** Takes files in for the artifacts of a task. */
export function taskFiles(blobs: Blobs): TaskFiles {
  return {
    async file(given) {
      const file = path.resolve(given);
      return { name: path.basename(file), ...(await blobs.take(file)) };
    },
    directory: (given) => takeDirectory(blobs, path.resolve(given)),
    source: fileSource(blobs),
  };
}
