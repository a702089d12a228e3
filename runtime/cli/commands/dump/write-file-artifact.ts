import fs from "node:fs/promises";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { StoredDirectory } from "../../../../sdk/files/stored-directory.ts";
import type { StoredFile } from "../../../../sdk/files/stored-file.ts";
import { registeredTypeOf } from "../../../../sdk/register-type.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { ArtifactView } from "../../show/artifact-view.ts";

export interface WriteFileOptions {
  readonly artifact?: string;
  /** As the user gave it: the file's or directory's new place. */
  readonly output: string;
  readonly cwd: string;
}

/**
 * Writes the file or directory that an artifact holds.
 * @returns where
 * @throws MillraceError unless there is exactly one such value, and place for it
 */
export async function writeFileArtifact(
  views: readonly ArtifactView[],
  { artifact, output, cwd }: WriteFileOptions,
): Promise<string> {
  const [view, ...more] = views;
  if (artifact === undefined || view === undefined) throw cannotWrite(`no artifact is named: ${output}`, NAME_ONE);
  if (more.length > 0) throw cannotWrite(`${views.length} tasks have the artifact ${artifact}`, NAME_ONE);
  if (view.value.kind === "unreadable") throw view.value.error;
  const value: unknown = view.value.kind === "loaded" ? view.value.value : undefined;
  const type = typeof value === "object" && value !== null ? registeredTypeOf(value)?.name : undefined;
  const place = userPath(output, cwd);
  try {
    if (type === "millrace#File") await fs.writeFile(place, (value as StoredFile).stream());
    else if (type === "millrace#Directory")
      await fs.cp(await (value as StoredDirectory).path(), place, {
        recursive: true,
        dereference: true,
        errorOnExist: true,
        force: false,
      });
    else
      throw cannotWrite(`${artifact} is not a file or directory: ${view.ref.type}`, "dump --json prints other values");
  } catch (error) {
    if (isMillraceError(error)) throw error;
    throw cannotWrite(`the place cannot be written: ${place}`, messageOf(error));
  }
  return place;
}

const NAME_ONE = "name one artifact of one task: dump RUN/step/task --artifact model --output model.onnx";

function cannotWrite(why: string, hint: string): MillraceError {
  return new MillraceError({ code: "MILLRACE_USAGE", headline: `Cannot write the artifact because ${why}`, hint });
}
