import { runningTask } from "../base/running-task.ts";
import { StoredDirectory } from "./stored-directory.ts";

/**
 * Stores all files of a directory as they are now, and gives a value for an artifact, as `file()` does. Files that were
 * stored before are not stored again. Links are followed; empty folders are kept; permissions and times are not.
 *
 * @param path - relative to the working directory
 * @throws MillraceError `MILLRACE_FILE` if there is no such directory, or one of its files cannot be stored
 *
 * @example
 * ```ts
 * const images = await directory("images");
 * for (const image of images.files()) console.log(image.name, image.size);
 * ```
 */
export async function directory(path: string): Promise<StoredDirectory> {
  const { files } = runningTask("directory()");
  return new StoredDirectory(await files.directory(path), files.source);
}
