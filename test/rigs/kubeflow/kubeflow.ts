import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { awsEnvironment, MOTO } from "../aws/moto.ts";
import type { Need } from "../describe-with.ts";
import { DOCKER, IMAGE } from "../docker/engine.ts";
import { temporaryFolder } from "../harness.ts";
import { pythonEnvironment } from "../python/python-environment.ts";

const PYTHON = pythonEnvironment("kubeflow");
const SCRIPT = path.join(import.meta.dirname, "run-pipeline.py");
const OUTPUT_BYTES = 64 * 1024 * 1024;
const run = promisify(execFile);

/** Kubeflow's local runner, the engine of its containers, and the server of their bucket. */
export const KUBEFLOW_LOCAL: Need = {
  name: "Kubeflow's local runner",
  missing: PYTHON.missing ?? DOCKER.missing ?? MOTO.missing,
};

/** What leads a command, and the pipelines that it writes, to that bucket and image. */
export function kubeflowEnvironment(moto: string): Record<string, string> {
  return { ...awsEnvironment(moto), MILLRACE_IMAGE: IMAGE };
}

/** Runs a pipeline as `deploy kubeflow --out` has written it: whether it succeeded, and what was said. */
export async function runPipeline(
  file: string,
  of: { readonly env: Readonly<Record<string, string>>; readonly parameters?: Readonly<Record<string, string>> },
): Promise<{ readonly succeeded: unknown; readonly said: string }> {
  const folder = path.join(temporaryFolder(), "outputs");
  fs.mkdirSync(folder);
  const args = [SCRIPT, file, folder, JSON.stringify(of.parameters ?? {})];
  const options = { env: { ...process.env, ...of.env }, maxBuffer: OUTPUT_BYTES };
  const { stdout, stderr } = await run(PYTHON.program("python"), args, options);
  return { succeeded: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as unknown, said: `${stdout}${stderr}` };
}
