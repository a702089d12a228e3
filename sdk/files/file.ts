import { runningTask } from "../base/running-task.ts";
import { StoredFile } from "./stored-file.ts";

/**
 * Stores a file's content as it is now, and gives a value for an artifact: alone, inside another value, or in a checkpoint.
 * The bytes go from file to datastore without being in memory as a whole; equal content is stored once.
 *
 * @param path - relative to the working directory; links are followed
 * @throws MillraceError `MILLRACE_FILE` if there is no such file, it is not a regular file, or it changes meanwhile
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   model!: StoredFile;
 *
 *   @step async start() {
 *     await writeFile("model.onnx", "…");
 *     this.model = await file("model.onnx");
 *     this.next(this.end);
 *   }
 *   @step async end() {
 *     console.log(this.model.size, await this.model.path());
 *   }
 * }
 * ```
 */
export async function file(path: string): Promise<StoredFile> {
  const { files } = runningTask("file()");
  return new StoredFile(await files.file(path), files.source);
}
