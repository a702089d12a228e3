import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Frames between a decorator and the class it is applied to; compilers put these into the user's file or a library. */
const HELPER_NAMES =
  /^(Object\.|Reflect\.)?(_*decorate\w*|_*esDecorate|DecorateProperty|DecorateConstructor|_*runInitializers|_*applyDec\w*|applyMemberDec|_ts_decorate)$/;
const HELPER_FILES =
  /^node:|[\\/]node_modules[\\/](reflect-metadata|tslib|@oxc-project|@swc|@babel|@esbuild)[\\/]|@oxc-project/;
const DEPTH = 12;

/** True for a function that a compiler puts between a decorator and its class. */
export function isCompilerHelper(name: string): boolean {
  return HELPER_NAMES.test(name);
}

/**
 * The file from which `callee` was called, as a path: null where the stack does not name a file.
 *
 * @param callee - every frame above it and its own are left out
 */
export function callerFile(callee: (...args: never[]) => unknown): string | null {
  for (const site of callSites(callee)) {
    const file = site.getFileName();
    if (file == null || HELPER_FILES.test(file) || isCompilerHelper(site.getFunctionName() ?? "")) continue;
    return toPath(file);
  }
  return null;
}

function callSites(callee: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  // An own prepareStackTrace goes before Node's source-map support, so positions stay those of the file that runs.
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.stackTraceLimit = DEPTH;
  try {
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, callee);
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = prepareStackTrace;
  }
}

function toPath(file: string): string | null {
  try {
    if (file.startsWith("file:")) return fileURLToPath(file);
  } catch {
    return null;
  }
  // `data:` and the like name no file.
  if (/^[a-z][a-z\d+.-]+:/i.test(file)) return null;
  // Loaders append a query to tell versions of a module apart; but a name may hold such a mark, too.
  return !file.includes("?") || existsSync(file) ? file : file.replace(/\?[^?]*$/, "");
}
