import path from "node:path";
import { fileURLToPath } from "node:url";
import { isCompilerHelper } from "../../../sdk/base/caller-file.ts";
import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { ownFile } from "../../own-file.ts";
import { SourceMapper } from "../../worker/source-mapper.ts";
import { shortPath } from "./short-path.ts";

const MOST_PLACES = 10;

/** A file that cannot be evaluated. */
export interface FailedFile {
  readonly file: string;
  /** What it would have declared. @defaultValue "flow" */
  readonly declares?: "flow" | "service";
}

/** What came of evaluating a flow file that threw: the mistake, and its place in the user's source. */
export function loadFailure(thrown: unknown, { file, declares = "flow" }: FailedFile): MillraceError {
  const places = ownPlaces(thrown instanceof Error ? String(thrown.stack) : "").map((place) => `at ${place}`);
  if (isMillraceError(thrown)) {
    const { code, headline, details, hint, cause } = thrown;
    return new MillraceError({
      code,
      headline,
      details: [...details, ...places.slice(0, 1)],
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
  return new MillraceError({
    code: "MILLRACE_FLOW_FILE",
    headline: `Cannot read the ${declares === "flow" ? "flows" : "service"} of ${shortPath(file)} because it throws while it is loaded: ${headOf(thrown)}`,
    // The way to it: the mistake may lie in any of the modules.
    details: places.slice(0, MOST_PLACES),
    hint: `fix the code outside its ${declares === "flow" ? "steps" : "methods"}: every command loads the modules`,
    cause: thrown,
  });
}

/** A flow file's bundle, evaluated under the name of the file. */
export interface LoadedScript {
  readonly file: string;
  readonly map: string;
  /** What the map's names are relative to. */
  readonly root: string;
}

/** The same for a bundle: stacks are written when they are first read, and then name its sources. */
export function failureOfScript(thrown: unknown, { file, map, root }: LoadedScript): MillraceError {
  const { prepareStackTrace } = Error;
  new SourceMapper().install({ name: file, map, toFile: (source) => path.resolve(root, source) });
  try {
    return loadFailure(thrown, { file });
  } finally {
    if (prepareStackTrace === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = prepareStackTrace;
  }
}

/** The frames that are neither ours, nor a compiler's, nor a package's, as `flow.ts:3:1`. */
function ownPlaces(stack: string): string[] {
  const places: string[] = [];
  const own = path.dirname(path.dirname(ownFile("index.js")));
  for (const frame of stack.split("\n")) {
    const [, name = "", where = "", position = ""] =
      /^ {4}at (?:async )?(?:(.*?) \()?(.+?):(\d+:\d+)\)?$/.exec(frame) ?? [];
    const file = where.startsWith("file:") ? fileURLToPath(where) : where;
    if (!path.isAbsolute(file) || isCompilerHelper(name) || file.split(path.sep).includes("node_modules")) continue;
    if (["dist", "sdk", "runtime"].some((folder) => file.startsWith(path.join(own, folder) + path.sep))) continue;
    places.push(`${shortPath(file)}:${position}`);
  }
  return places;
}

function headOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return `a ${typeof thrown}`;
  }
}
