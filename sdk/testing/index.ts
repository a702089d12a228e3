/**
 * Runs flows from a program and steps in memory: for tests, scripts and other flows.
 *
 * @packageDocumentation
 */
export { Runner, type RunFailure, type RunResult } from "./runner.ts";
export type { ResumeOptions } from "./resume-options.ts";
export type { RunnerOptions } from "./runner-options.ts";
export type { GivenTrigger } from "./given-trigger.ts";
export type { RunParameters } from "./run-parameters.ts";
export type { FinishedRun } from "./finished-run.ts";
export type { Run, RunData } from "../client/index.ts";
export { testStep, type StepTestResult } from "./test-step.ts";
export type { ForeachItem, StepTestOptions } from "./step-test-options.ts";
export type { StepTransition } from "./step-transition.ts";
export type { StepLogs } from "./capture-output.ts";
export type {
  RunEvent,
  RunFinished,
  RunStarted,
  TaskFailed,
  TaskReused,
  TaskSource,
  TaskStarted,
  TaskSucceeded,
  TaskUsage,
} from "../../runtime/datastore/run-event.ts";
export type { ErrorRecord, ItemList, ResultLocator, TakenTransition } from "../../runtime/datastore/records.ts";
