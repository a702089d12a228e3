import path from "node:path";
import { isPreload } from "../../package/environment/write-preload.ts";
import type { LocalEnvironment } from "./process-kind.ts";

/**
 * The variables of a step's process. Those that Node and shells read themselves say where its packages are, so that all
 * that the step starts finds them as well. If the run was itself started by a step, nothing is left of that step's packages.
 *
 * @param environment - null: of a step without `@env`
 */
export function processVariables(
  env: NodeJS.ProcessEnv,
  environment: Pick<LocalEnvironment, "vars" | "packages"> | null,
): NodeJS.ProcessEnv {
  const all = withoutPackages(env, environment?.vars ?? {});
  const packages = environment?.packages ?? null;
  if (packages === null) return all;
  const name = pathName(all) ?? "PATH";
  return {
    ...all,
    NODE_OPTIONS: [all["NODE_OPTIONS"], preloadOption(packages)].filter(Boolean).join(" "),
    [name]: [programsIn(packages.folder), all[name]].filter(Boolean).join(path.delimiter),
  };
}

/** Node splits its options at spaces that no quotes protect. */
function preloadOption({ preload }: NonNullable<LocalEnvironment["packages"]>): string {
  return `"--require=${preload.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** An option as {@link preloadOption} writes it. */
const OPTION = / ?"--require=((?:\\.|[^"\\])*)"/g;

/** Both together, without what {@link processVariables} added for the step that started this run. */
function withoutPackages(env: NodeJS.ProcessEnv, vars: LocalEnvironment["vars"]): NodeJS.ProcessEnv {
  const all: NodeJS.ProcessEnv = { ...env, ...vars };
  const programs = new Set<string>();
  const without = (options = "") =>
    options.replaceAll(OPTION, (option, quoted: string) => {
      const preload = quoted.replaceAll(/\\(.)/g, "$1");
      if (!isPreload(preload)) return option;
      programs.add(programsIn(path.dirname(preload)));
      return "";
    });
  // The step's own variables may have replaced these, but not PATH.
  without(env["NODE_OPTIONS"]);
  const options = without(all["NODE_OPTIONS"]).trimStart();
  if (programs.size === 0) return all;
  if (options === "") delete all["NODE_OPTIONS"];
  else all["NODE_OPTIONS"] = options;
  const name = pathName(all);
  const places = name === undefined ? undefined : all[name]?.split(path.delimiter);
  if (name !== undefined) all[name] = places?.filter((one) => !programs.has(one)).join(path.delimiter);
  return all;
}

function programsIn(folder: string): string {
  return path.join(folder, "node_modules", ".bin");
}

/** Windows writes `Path`, and takes any case. */
function pathName(env: NodeJS.ProcessEnv): string | undefined {
  const isPath = (name: string) => (process.platform === "win32" ? /^path$/i.test(name) : name === "PATH");
  return Object.keys(env).findLast(isPath);
}
