import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import process from "node:process";
import * as sdk from "../../../sdk/index.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { host } from "../../../sdk/base/host.ts";
import { noteTypes } from "../../../sdk/register-type.ts";
import { type AnyClass, noteOwnDecorators } from "../../../sdk/base/metadata.ts";
import type { Bundle } from "../../package/bundle.ts";
import type { ModuleExports } from "../../package/code-package.ts";
import type { Evaluate } from "../../package/load-package.ts";
import { userPath } from "../../settings/user-path.ts";
import type { LoadedScript } from "./load-failure.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** `flow.ts` or `flow.ts#Name`, found on the disk. */
export interface FlowPlace {
  /** The file as the user wrote it, for messages. */
  readonly given: string;
  /** Absolute, without symbolic links. */
  readonly file: string;
  /** The class to take; the one given to `main()` where null. */
  readonly name: string | null;
  /** Its content, where there is no such file on the disk. */
  readonly source?: string;
}

/** A flow file, bundled and evaluated by Millrace itself. */
export interface ReadFlowFile {
  readonly Flow: AnyClass;
  readonly bundle: Bundle;
}

export interface ReadFlowFileOptions {
  /** Refuses a bundle before any of it is evaluated, by throwing. */
  readonly inspect?: (bundle: Bundle) => void;
}

/** Evaluating a file changes the process's host for a while. */
const inTurn = oneAtATime();
const reading = new AsyncLocalStorage<true>();

/** @throws MillraceError if there is no such file */
export function findFlowFile(text: string, { cwd }: { cwd: string }): FlowPlace {
  const hash = fs.existsSync(userPath(text, cwd)) ? -1 : text.lastIndexOf("#");
  const given = hash < 0 ? text : text.slice(0, hash);
  const file = userPath(given, cwd);
  if (fs.existsSync(file)) return { given, file: fs.realpathSync(file), name: hash < 0 ? null : text.slice(hash + 1) };
  throw new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot read the flow file because it does not exist: ${given}`,
    hint: `relative paths start from ${cwd}`,
  });
}

/**
 * Bundles and evaluates a flow file, so that no other tool is needed.
 * @throws MillraceError for errors in its source, or if it has no such flow
 */
export async function readFlowFile(place: FlowPlace, options: ReadFlowFileOptions = {}): Promise<ReadFlowFile> {
  const { bundleFlow } = await import("../../package/bundle.ts");
  const bundle = await bundleFlow(place.file, place);
  options.inspect?.(bundle);
  return { bundle, Flow: await evaluateFlow(bundle, place) };
}

/** A file that a module of Millrace's own makes a flow of. */
export interface ReadWrappedFile extends ReadFlowFile {
  /** What that module exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * Bundles and evaluates a module that imports a file, and gives a flow to `main()`.
 * @param wrapper - its source, as if it lay beside the file
 * @throws MillraceError for errors in the file's source
 */
export async function readWrappedFile(place: FlowPlace, wrapper: string): Promise<ReadWrappedFile> {
  const { bundleFlow } = await import("../../package/bundle.ts");
  const bundle = await bundleFlow(place.file, { wrapper });
  const take = (found: Evaluated) => ({ flows: flowsOf(found), exports: found.exports });
  const { flows, exports } = await evaluateWith(bundle, place, take);
  return { bundle, exports, Flow: chosenFlow(flows, place) };
}

/**
 * Bundles and evaluates a file that is about something else than flows.
 * @throws MillraceError for errors in its source
 */
export async function readModuleFile(place: FlowPlace): Promise<Readonly<Record<string, unknown>>> {
  const { bundleFlow } = await import("../../package/bundle.ts");
  return evaluateWith(await bundleFlow(place.file), place, ({ exports }) => exports);
}

/**
 * Evaluates a flow's code in this process.
 * @throws MillraceError if the code has no such flow, or fails
 */
export async function evaluateFlow(bundle: Bundle, place: FlowPlace): Promise<AnyClass> {
  return chosenFlow(await evaluateWith(bundle, place, flowsOf), place);
}

async function evaluateWith<T>(
  { code, root }: Bundle,
  place: FlowPlace,
  take: (evaluated: Evaluated) => T,
): Promise<T> {
  const { loadPackage } = await import("../../package/load-package.ts");
  const own = { millrace: sdk as ModuleExports };
  return inTurn(() =>
    withoutExperimentalWarnings(async () => {
      const evaluate = await loadPackage(code, { root, scriptName: place.file, own, home: null, environment: null });
      return evaluated(evaluate, { script: { file: place.file, map: code.map, root }, take });
    }),
  );
}

interface Evaluated {
  readonly exports: Readonly<Record<string, unknown>>;
  /** Given to `main()`, in that order. */
  readonly given: readonly AnyClass[];
  readonly decorators: OwnDecorators;
}

type OwnDecorators = Parameters<typeof noteOwnDecorators>[1];

/** The flow classes of a file; the one given to `main()` first. */
function flowsOf({ exports, given, decorators }: Evaluated): AnyClass[] {
  // Imported files are evaluated first: what the file itself gives to main() comes last.
  const flows = [...new Set([...given.toReversed(), ...Object.values(exports).filter(isFlowClass)])];
  for (const flow of flows) noteOwnDecorators(flow, decorators);
  return flows;
}

async function evaluated<T>(
  evaluate: Evaluate,
  { script, take }: { readonly script: LoadedScript; readonly take: (evaluated: Evaluated) => T },
): Promise<T> {
  const given: AnyClass[] = [];
  const restoreTypes = noteTypes();
  const before = host().decorators;
  const own = (host().decorators = new Map());
  host().main = (flow) => given.push(flow);
  host().isInsideFlowFile = () => reading.getStore() === true;
  try {
    const exports = await reading.run(true, evaluate);
    return take({ exports, given, decorators: own });
  } catch (error) {
    const { failureOfScript } = await import("./load-failure.ts");
    throw failureOfScript(error, script);
  } finally {
    host().main = undefined;
    host().decorators = before;
    restoreTypes();
  }
}

function isFlowClass(value: unknown): value is AnyClass {
  return typeof value === "function" && value.prototype instanceof sdk.FlowSpec;
}

function chosenFlow(flows: readonly AnyClass[], { given, name }: FlowPlace): AnyClass {
  const chosen = name === null ? flows[0] : flows.find((flow) => flow.name === name);
  if (chosen !== undefined) return chosen;
  const names = flows.map((flow) => flow.name);
  throw new MillraceError({
    code: "MILLRACE_NO_FLOW",
    headline: `Cannot find ${name === null ? "a flow" : `the flow ${name}`} in ${given} because no such class is exported or given to main()`,
    ...(names.length === 0 ? {} : { details: [`flows there: ${names.join(", ")}`] }),
    hint: "end the file with main(YourFlow), or export the class",
  });
}

/** The module loader that compiled flows use is stable in practice but marked experimental by Node. */
async function withoutExperimentalWarnings<T>(work: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (rest[0] === "ExperimentalWarning" || (rest[0] as { type?: string } | undefined)?.type === "ExperimentalWarning")
      return;
    emitWarning.call(process, warning, ...rest);
  };
  try {
    return await work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
