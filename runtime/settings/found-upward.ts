import fs from "node:fs";
import path from "node:path";
import { checkTrust, type TrustOptions } from "./check-trust.ts";
import type { Environment } from "./environment.ts";
import { foldersUpward } from "./folders-upward.ts";

export interface UpwardOptions extends Pick<TrustOptions, "what" | "otherwise"> {
  readonly from: string;
  readonly env: Environment;
}

/** The nearest of that name upward, within the project's bounds, if nobody else has a hand in it. */
export function foundUpward(name: string, { from, env, ...words }: UpwardOptions): string | null {
  const found = foldersUpward(from)
    .map((folder) => path.join(folder, name))
    .find(isThere);
  if (found === undefined) return null;
  const [trusted, sudoUid, program] = [env["MILLRACE_TRUST"], env["SUDO_UID"], process.argv[1]];
  checkTrust(found, { ...words, trusted, sudoUid, program });
  return found;
}

/** Also a link that leads nowhere: it is not for us to put something at its end. */
function isThere(place: string): boolean {
  try {
    return fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
