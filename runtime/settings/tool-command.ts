import { existsSync } from "node:fs";
import path from "node:path";
import type { Environment } from "./environment.ts";

/** How each package manager starts a program of the project; npm's way works wherever Node is. */
const WAYS: Readonly<Record<string, string>> = { npm: "npx", pnpm: "pnpm", yarn: "yarn", bun: "bunx" };

/** How the user starts an installed program: by its name where the shell finds that, else as their package manager does. */
export function toolCommand(tool: string, variables: Environment): string {
  // What a package manager starts has a PATH of its own, which the user's shell does not have.
  const manager = /^\w+/.exec(variables["npm_config_user_agent"] ?? "")?.[0];
  if (manager === undefined && isOnPath(tool, variables)) return tool;
  return `${WAYS[manager ?? "npm"] ?? "npx"} ${tool}`;
}

function isOnPath(tool: string, variables: Environment): boolean {
  const folders = (variables["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const names = process.platform === "win32" ? [`${tool}.cmd`, `${tool}.exe`] : [tool];
  return folders.some((folder) => names.some((name) => existsSync(path.join(folder, name))));
}
