import fs from "node:fs";
import { ownFile } from "../../own-file.ts";
import { CONTAINER_EXIT } from "./container-exit.ts";

/**
 * What a container executes, whatever image it is made from: a shell, as every image with Node but a few has one, tells
 * whether there is Node. AWS allows 8,192 characters for this and all variables together.
 */
export function containerCommand(): readonly string[] {
  const script = bootstrapScript();
  const missing = "millrace: this image has no program named node: choose one that has Node 20.19 or later";
  const shell = `command -v node >/dev/null 2>&1 || { echo "${missing}" >&2; exit ${CONTAINER_EXIT.noNode}; }; exec node --input-type=module -e "$0"`;
  return ["sh", "-c", shell, script];
}

/** What Node itself executes: see `bootstrap.ts`. */
export function bootstrapScript(): string {
  return fs.readFileSync(ownFile("bootstrap.js"), "utf8").trim();
}
