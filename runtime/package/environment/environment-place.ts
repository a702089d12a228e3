import path from "node:path";

const NAME = "millrace-environment.js";

/** Where a module would lie that imports a step's packages. There is none: a name that no project has. */
export function environmentPlace(folder: string): string {
  return path.join(folder, NAME);
}

/** True for that place of any step's packages. */
export function isEnvironmentPlace(file: string): boolean {
  return path.basename(file) === NAME;
}
