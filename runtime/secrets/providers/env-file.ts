import fs from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { userPath } from "../../settings/user-path.ts";
import { SecretFault, type SecretPlace, type SecretProvider, type SourceOf } from "../secret-provider.ts";
import type { SecretVariables } from "../run-secrets.ts";

/** `NAME=value` lines. */
export const ENV_FILE: SecretProvider<"env-file"> = {
  type: "env-file",
  readBy: () => "launcher",
  fileOf,
  read(source, at) {
    const file = fileOf(source, at);
    try {
      return parseEnv(fs.readFileSync(file, "utf8")) as SecretVariables;
    } catch (cause) {
      throw new SecretFault(`their file cannot be read: ${file}`, {
        details: [messageOf(cause)],
        hint: "the path is relative to the flow's file; the file holds lines of NAME=value",
        cause,
      });
    }
  },
};

function fileOf({ path: given }: SourceOf<"env-file">, { flowFile }: SecretPlace): string {
  return userPath(given, path.dirname(flowFile));
}
