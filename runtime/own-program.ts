import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import vm from "node:vm";
import { type CachedProgram, type CodeCache, codeCache } from "./code-cache.ts";
import { processSettings } from "./config.ts";
import { ownFile } from "./own-file.ts";

/** What the wrapper of a CommonJS module takes. */
type Factory = (
  ...given: [exports: object, require: NodeJS.Require, module: object, file: string, folder: string]
) => void;

/**
 * Loads `dist/NAME.cjs`, which lies beside the bundle that calls this. It is one script that no hook of this process sees:
 * those of tsx take milliseconds for every module, and have nothing to do in ours. What V8 compiled of it an earlier time
 * is taken from the user's cache. Such a script cannot `import()`: where code came from a cache, V8 knows not whom to ask.
 *
 * @param use - what the program is started for: each use compiles other functions, and has a cache of its own
 */
export function ownProgram(name: string, use: string): unknown {
  const file = ownFile(`${name}.cjs`);
  const source = fs.readFileSync(file);
  const cache = cacheOf({ name: `${name}-${use}`, file, source });
  const module = { exports: {} };
  compiled({ file, source, cache })(module.exports, createRequire(file), module, file, path.dirname(file));
  return module.exports;
}

/** Null where the user has no home, as in some containers. */
function cacheOf(program: CachedProgram): CodeCache | null {
  try {
    return codeCache(path.join(processSettings().cacheFolder, "code"), program);
  } catch {
    return null;
  }
}

function compiled({ file, source, cache }: { file: string; source: Buffer; cache: CodeCache | null }): Factory {
  const cachedData = cache?.read() ?? undefined;
  // The bundle is plain ASCII: so it takes one byte a character in memory, too.
  const text = `(function (exports, require, module, __filename, __dirname) {${source.toString("latin1")}\n})`;
  const script = new vm.Script(text, { filename: file, cachedData });
  if (cache !== null && (cachedData === undefined || script.cachedDataRejected === true))
    // By then most of what this use calls has been compiled.
    process.on("exit", () => cache.write(script.createCachedData()));
  return script.runInThisContext() as Factory;
}
