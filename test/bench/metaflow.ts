import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { cleanEnvironment } from "./environment.ts";
import type { Command, Expectation } from "./command.ts";

/** A Metaflow that runs. */
export interface Metaflow {
  readonly version: string;
  readonly python: string;
  /** `--max-workers` of every run. */
  readonly workers: number;
}

/** What a `python flow.py ...` command is made of. */
export interface MetaflowOptions {
  readonly args: readonly string[];
  /** Where its store and its settings are. */
  readonly folder: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  readonly expects: Expectation;
}

const FLOWS = path.join(import.meta.dirname, "metaflow");
const VENV = path.join(import.meta.dirname, "..", "..", ".cache", "metaflow-venv");
const IS_WINDOWS = process.platform === "win32";

/**
 * Metaflow in a virtual environment of its own, made at first use.
 *
 * @throws when python3, pip or the package index cannot be had
 */
export async function findMetaflow(workers: number): Promise<Metaflow> {
  const python = path.join(VENV, ...(IS_WINDOWS ? ["Scripts", "python.exe"] : ["bin", "python"]));
  try {
    // A folder alone proves nothing: pip may have been interrupted.
    const version = existsSync(python) ? await versionOf(python).catch(() => install(python)) : await install(python);
    return { version, python, workers };
  } catch (error) {
    throw new MillraceError({
      code: "MILLRACE_TEST",
      headline: "Cannot compare with Metaflow because it could not be installed into .cache/metaflow-venv",
      details: (error instanceof Error ? error.message : String(error)).trim().split("\n").slice(-5),
      hint: "install python3 with venv and pip, or measure Millrace alone with --skip-metaflow",
      cause: error,
    });
  }
}

/** `python flow.py --quiet ...` with a store of its own, and nothing of this user's settings. */
export function metaflowCommand(metaflow: Metaflow, file: string, options: MetaflowOptions): Command {
  const home = path.join(options.folder, "home");
  mkdirSync(home, { recursive: true });
  return {
    program: metaflow.python,
    args: [path.join(FLOWS, file), "--quiet", "--no-pylint", ...options.args, "--max-workers", `${metaflow.workers}`],
    env: cleanEnvironment({
      METAFLOW_USER: "bench",
      METAFLOW_HOME: home,
      METAFLOW_DEFAULT_DATASTORE: "local",
      METAFLOW_DEFAULT_METADATA: "local",
      METAFLOW_DATASTORE_SYSROOT_LOCAL: path.join(options.folder, "store"),
      ...options.env,
    }),
    expects: options.expects,
  };
}

async function install(python: string): Promise<string> {
  rmSync(VENV, { recursive: true, force: true });
  await run(IS_WINDOWS ? "python" : "python3", ["-m", "venv", VENV]);
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "metaflow"]);
  return versionOf(python);
}

function versionOf(python: string): Promise<string> {
  return run(python, ["-c", "import metaflow; print(metaflow.__version__)"]);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args);
  return stdout.trim();
}
