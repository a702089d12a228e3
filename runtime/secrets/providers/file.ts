import fs from "node:fs";
import path from "node:path";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { userPath } from "../../settings/user-path.ts";
import { SecretFault, type SecretPlace, type SecretProvider, type SourceOf } from "../secret-provider.ts";
import { secretVariables } from "../secret-variables.ts";

/** A file with one secret, as agents and volumes put it there. */
export const FILE: SecretProvider<"file"> = {
  type: "file",
  // One that only the task's machine has is on a volume there.
  readBy: (source, at) => (fs.existsSync(fileOf(source, at)) || !path.isAbsolute(source.path) ? "launcher" : "task"),
  fileOf,
  read(source, at) {
    const file = fileOf(source, at);
    return secretVariables(textOf(file), { ...source, name: path.parse(file).name });
  },
};

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new SecretFault(`their file cannot be read: ${file}`, {
      details: [messageOf(cause)],
      hint: "a path is relative to the flow's file; one that is not on this machine is read where the task runs",
      cause,
    });
  }
}

function fileOf({ path: given }: SourceOf<"file">, { flowFile }: SecretPlace): string {
  return userPath(given, path.dirname(flowFile));
}
