import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { isPreload } from "../../package/environment/write-preload.ts";

/** Options of Node that say how modules are read; those of `-e` or a debugger are for one process alone. */
const ALONE =
  /^(--no-warnings|--enable-source-maps|--(no-)?experimental-(strip|transform)-types|--preserve-symlinks.*)$/;
const WITH_VALUE = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C|--disable-warning)(=|$)/;
const LOADING = /^(--import|--require|-r|--(experimental-)?loader)/;

/**
 * What a step that forks a file passes on to it: how the run itself was started, as `tsx flow.ts` is; where that was with
 * Millrace's own program, the project's tsx. A worker reads the flow's bundle and needs none of it.
 */
export function forkOptions(flowFile: string): readonly string[] {
  const passed: string[] = [];
  // A run that a step starts has nothing of the packages of that step.
  const given = process.execArgv.filter((option) => !isPreload(option));
  for (let at = 0; at < given.length; at += 1) {
    const option = given[at] ?? "";
    if (ALONE.test(option)) passed.push(option);
    else if (WITH_VALUE.test(option)) {
      passed.push(option);
      if (!option.includes("=")) passed.push(given[(at += 1)] ?? "");
    }
  }
  if (passed.some((option) => LOADING.test(option)) || !/\.[cm]?tsx?$/.test(flowFile)) return passed;
  try {
    return [...passed, "--import", pathToFileURL(createRequire(flowFile).resolve("tsx")).href];
  } catch {
    // Without tsx a file is read as Node reads it.
    return passed;
  }
}
