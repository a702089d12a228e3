import os from "node:os";
import type { Environment } from "./environment.ts";

export function username(env: Environment): string {
  const given = env["MILLRACE_USER"];
  if (given !== undefined && given !== "") return given;
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? "unknown");
  }
}
