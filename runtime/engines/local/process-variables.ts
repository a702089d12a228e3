import path from "node:path";
import type { LocalEnvironment } from "./process-kind.ts";

/**
 * The variables of a step's process. Those that Node and shells read themselves say where its packages are, so that all
 * that the step starts finds them as well.
 */
export function processVariables(
  env: NodeJS.ProcessEnv,
  { vars, packages }: Pick<LocalEnvironment, "vars" | "packages">,
): NodeJS.ProcessEnv {
  const all = { ...env, ...vars };
  if (packages === null) return all;
  const programs = path.join(packages.folder, "node_modules", ".bin");
  // Windows writes `Path`, and takes any case.
  const isPath = (name: string) => (process.platform === "win32" ? /^path$/i.test(name) : name === "PATH");
  const name = Object.keys(all).findLast(isPath) ?? "PATH";
  return {
    ...all,
    NODE_OPTIONS: [all["NODE_OPTIONS"], preloadOption(packages)].filter(Boolean).join(" "),
    [name]: [programs, all[name]].filter(Boolean).join(path.delimiter),
  };
}

/** Node splits its options at spaces that no quotes protect. */
function preloadOption({ preload }: NonNullable<LocalEnvironment["packages"]>): string {
  return `"--require=${preload.replaceAll(/["\\]/g, "\\$&")}"`;
}
