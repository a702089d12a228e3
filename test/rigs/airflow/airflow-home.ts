import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { isSoak } from "../../setup/tier.ts";
import type { Need } from "../describe-with.ts";
import { MILLRACE, temporaryFolder } from "../harness.ts";
import { pythonEnvironment } from "../python/python-environment.ts";

const SCRIPT = path.join(import.meta.dirname, "run-dags.py");
const OUTPUT_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);

/** One version of Airflow: on the machine, and for a test with a database of its own. */
export interface AirflowVersion extends Need {
  home(): AirflowHome;
}

export interface AirflowHome {
  /** Its folder of DAGs. */
  readonly dags: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A program of its environment. */
  program(name: string): string;
  /** Imports files of DAGs: how many tasks each has. */
  read(files: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** What the tasks of their DAGs ask a cluster for, by name of the DAG and the task, as its official client says it. */
  pods(files: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** Runs their DAGs, one after the other: how each has ended. */
  run(files: readonly string[], env?: Readonly<Record<string, string>>): Promise<AirflowRuns>;
}

export interface AirflowRuns {
  readonly states: Readonly<Record<string, unknown>>;
  /** What Airflow and the tasks have said. */
  readonly said: string;
}

/** The older one is as slow again: only soak suites run it. */
export const AIRFLOW_VERSIONS = isSoak() ? ([3, 2] as const) : ([3] as const);

export function airflowVersion(version: 2 | 3): AirflowVersion {
  const { missing, program } = pythonEnvironment(`airflow-${version}`);
  return { name: `Airflow ${version}`, missing, home: () => makeHome(program) };
}

function makeHome(program: (name: string) => string): AirflowHome {
  const folder = temporaryFolder();
  const dags = path.join(folder, "dags");
  const bin = path.join(folder, "bin");
  for (const one of [dags, bin]) fs.mkdirSync(one);
  const quoted = [process.execPath, MILLRACE].map((word) => `'${word}'`).join(" ");
  fs.writeFileSync(path.join(bin, "millrace"), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: [bin, path.dirname(program("python")), process.env["PATH"]].join(path.delimiter),
    ...{ AIRFLOW_HOME: folder, AIRFLOW__CORE__LOAD_EXAMPLES: "False", AIRFLOW__CORE__DAGS_FOLDER: dags },
    // On a busy machine the imports of a provider alone take longer than Airflow allows a file by itself.
    ...{ AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: "600", AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT: "900" },
  };
  putDatabase(path.join(folder, "airflow.db"), { program, env });

  async function asked(command: string, files: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const options = { env: { ...env, ...more }, maxBuffer: OUTPUT_BYTES };
    const { stdout, stderr } = await run(program("python"), [SCRIPT, command, ...files], options);
    const states = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
    return { states, said: `${stdout}${stderr}` };
  }

  return {
    ...{ dags, env, program },
    read: async (files) => (await asked("read", files)).states,
    pods: async (files) => (await asked("pods", files)).states,
    run: (files, more) => asked("run", files, more),
  };
}

/** An empty one, which takes Airflow seconds: it is made once on a machine, and kept beside the program. */
function putDatabase(file: string, { program, env }: Pick<AirflowHome, "program" | "env">): void {
  const kept = path.join(path.dirname(program("python")), "../empty-airflow.db");
  if (fs.existsSync(kept)) {
    fs.copyFileSync(kept, file);
    return;
  }
  const migrated = spawnSync(program("airflow"), ["db", "migrate"], { env, encoding: "utf8" });
  if (migrated.status !== 0) throw new Error(`Airflow cannot make its database: ${migrated.stderr}`);
  const draft = `${kept}.${process.pid}`;
  fs.copyFileSync(file, draft);
  fs.renameSync(draft, kept);
}
