/**
 * Runs flows from a program: a script, a server, another flow's step. What belongs to tests is in `millrace/testing`.
 *
 * @example
 * ```ts
 * import { Runner } from "millrace/runner";
 *
 * const { run, status } = await new Runner("flow.ts", { tags: ["nightly"] }).run({ factors: 8 });
 * console.log(status, await run.data.score);
 * ```
 *
 * @packageDocumentation
 */
export { type ResumeOptions, Runner, type RunFailure, type RunResult } from "./testing/index.ts";
export type { FinishedRun, GivenTrigger, RunnerOptions, RunParameters } from "./testing/index.ts";
export type { Run, RunData } from "./testing/index.ts";
