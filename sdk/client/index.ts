/**
 * Looks into runs: from a notebook, a script, or a step of another flow.
 *
 * @packageDocumentation
 */
export { Flow } from "./flow.ts";
export { Run, type StepName } from "./run.ts";
export { Step } from "./step.ts";
export type { Card } from "./card.ts";
export { type CardsOptions, type LogsOptions, type MetricsOptions, Task, type ToldProgress } from "./task.ts";
export { Artifact } from "./artifact.ts";
export { namespace, type Namespace } from "./namespace.ts";
export type { ClientOptions } from "./client-options.ts";
export type { RunsOptions, TasksOptions } from "./chosen-tasks.ts";
export type { RunData } from "./lazy-data.ts";
export type { RunValues } from "./run-data.ts";
export type { Attempt } from "./attempt.ts";
export type { CurrentEvent, CurrentTrigger, ForeachFrame, GpuUse } from "../base/host.ts";
export type { RunDeployment } from "../../runtime/datastore/records.ts";
export type { LogLine, LogStream, TaskLogs } from "./task-logs.ts";
export type { Metric, Metrics, RunMetric, RunMetrics } from "./metrics.ts";
export type { PricedUsage, CostOfStep } from "./priced-usage.ts";
export type { Used } from "./used.ts";
export type { UsageSeries } from "../../runtime/datastore/usage-series.ts";
export type { AskedNeeds, Spread, StepGpuUsage, StepUsage } from "../../runtime/datastore/reader/step-usage.ts";
export type { CodeChange, CodeDiff, RunCode } from "./run-code.ts";
export type { Listing } from "./listing.ts";
export type { RunStatus, TaskStatus } from "../../runtime/datastore/reader/run-summary.ts";
export type {
  GpuUsage,
  RunEvent,
  RunFinished,
  RunStarted,
  TaskFailed,
  TaskReused,
  TaskSource,
  TaskStarted,
  TaskSucceeded,
  TaskUsage,
  UsageGap,
} from "../../runtime/datastore/run-event.ts";
export type { ErrorRecord, ItemList, ResultLocator, TakenTransition } from "../../runtime/datastore/records.ts";
