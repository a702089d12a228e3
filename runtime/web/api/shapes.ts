/** What the server of `millrace ui` answers, in JSON; docs/looking.md describes it for other programs. Times are milliseconds since 1970. */
import type { ErrorRecord } from "../../datastore/records.ts";
import type { JobsOverTime } from "../../datastore/reader/jobs-over-time.ts";
import type { AskedNeeds, StepUsage } from "../../datastore/reader/step-usage.ts";
import type { UsageSeries } from "../../datastore/usage-series.ts";
import type { RunStatus, TaskStatus } from "../../datastore/reader/run-summary.ts";

export interface TaskTotals {
  /** Known to come, started or not. */
  readonly total: number;
  /** With those that were caught or reused. */
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/** A parameter as it is shown: a preview of its value, in one line. */
export interface ShownParameter {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export interface RunRow {
  readonly flow: string;
  readonly id: string;
  readonly status: RunStatus;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly user: string;
  readonly tags: readonly string[];
  /** By name: the value where JSON has it and it is short, else its preview. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Null where the list does not know it without reading the run's journal. */
  readonly tasks: TaskTotals | null;
}

/**
 * `GET /api/runs?flow=&status=&tag=&user=&parameter=name=value&since=&until=&text=&limit=&after=`; `tag` and `parameter` may be
 * repeated. So many runs are looked at for one answer: it can have fewer than `limit`, with a filter none, and a `next`.
 */
export interface RunsAnswer {
  readonly runs: readonly RunRow[];
  /** The `after` of the next page; null at the end. */
  readonly next: string | null;
  /** All flows of the datastore. */
  readonly flows: readonly string[];
}

export interface StepTaskCounts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly caught: number;
  readonly reused: number;
  readonly stale: number;
}

export interface StepAnswer {
  readonly name: string;
  readonly doc: string | null;
  readonly isJoin: boolean;
  readonly counts: StepTaskCounts;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Of the tasks that are over; null while there is none. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  /** What its next task waits for while the run goes on: names of what tasks share, such as `memory`. */
  readonly waitsFor: readonly string[];
  /** When its last task is expected to end; null where nothing runs or nothing is known. */
  readonly projectedEnd: number | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** A foreach or gang: one task a item. */
  readonly isForeach: boolean;
}

/** `GET /api/runs/:flow/:run` */
export interface RunAnswer extends RunRow {
  readonly tasks: TaskTotals;
  /** Why it failed, where no single task says so. */
  readonly reason: string | null;
  readonly host: string;
  readonly origin: string | null;
  /** Which deployment started it: `nightly version 3 on local`. */
  readonly deployment: string | null;
  /** Why, in a few words. */
  readonly cause: string | null;
  /** The run of this flow before it. */
  readonly before: string | null;
  readonly shownParameters: readonly ShownParameter[];
  readonly steps: readonly StepAnswer[];
  readonly graph: { readonly steps: readonly string[]; readonly edges: readonly GraphEdge[] };
  /** The first failed tasks, those that failed alike together. */
  readonly failures: readonly { readonly task: TaskRow; readonly count: number }[];
  /** Names of the metrics that its tasks logged. */
  readonly metrics: readonly string[];
  /** The `id` of the last event that is counted here. */
  readonly cursor: string;
  /** What `POST …/tags` is allowed to do. */
  readonly isReadOnly: boolean;
}

export interface TaskRow {
  readonly task: number;
  readonly step: string;
  readonly status: TaskStatus;
  /** What tells it apart in its foreach; empty outside of one. */
  readonly label: string;
  readonly index: number | null;
  readonly attempt: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly isReused: boolean;
  readonly isCancelled: boolean;
  /** The first line of its error. */
  readonly error: string | null;
}

/** `GET /api/runs/:flow/:run/tasks?step=&status=&item=&text=&limit=&after=` */
export interface TasksAnswer {
  readonly tasks: readonly TaskRow[];
  readonly next: string | null;
}

export interface AttemptAnswer {
  readonly attempt: number;
  readonly status: Exclude<TaskStatus, "pending">;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: ErrorRecord | null;
  readonly cpuMs: number | null;
  readonly peakMemory: number | null;
}

export interface ArtifactRow {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  readonly isParameter: boolean;
}

export interface CardRow {
  readonly id: string;
  readonly title: string;
  /** Changes when the card does. */
  readonly version: string;
}

/** `GET /api/runs/:flow/:run/:step/:task` */
export interface TaskAnswer extends TaskRow {
  readonly attempts: readonly AttemptAnswer[];
  readonly artifacts: readonly ArtifactRow[];
  /** A hundred at most, as of `children`: a join can have as many parents as its foreach has items. */
  readonly parents: readonly TaskRow[];
  readonly children: readonly TaskRow[];
  readonly parentCount: number;
  readonly childCount: number;
  readonly cards: readonly CardRow[];
  /** Names of the metrics that the latest attempt logged. */
  readonly metrics: readonly string[];
  /** What kernels did, in a line; null where none ran. */
  readonly kernels: string | null;
  /** What it told last with `current.progress`. */
  readonly progress: { readonly fraction: number; readonly note: string } | null;
}

export interface ShownLogLine {
  readonly time: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
  /** Set in the log of a whole run: `step/task`. */
  readonly task?: string;
}

/** `GET …/:step/:task/logs?stream=stdout|stderr|both&attempt=&offset=`; `GET /api/runs/:flow/:run/logs?offset=` */
export interface LogsAnswer {
  readonly lines: readonly ShownLogLine[];
  /** The `offset` of what comes next, also for what is not written yet; null when nothing more can come. */
  readonly next: string | null;
}

/** `GET …/:step/:task/artifacts/:name`: looked at as in a notebook; the HTML holds no script and all of it is escaped. */
export interface ArtifactAnswer extends ArtifactRow {
  readonly html: string;
  /** True where only a part is shown. */
  readonly isPart: boolean;
}

/** `GET …/:step/:task/metrics?attempt=` and `GET /api/runs/:flow/:run/metrics?name=` */
export interface MetricsAnswer {
  /** One line of a plot each: of a task its metrics, of a run one metric by task. */
  readonly series: readonly {
    readonly name: string;
    readonly steps: readonly number[];
    /** Null where it is no finite number. */
    readonly values: readonly (number | null)[];
    readonly times: readonly number[];
  }[];
}

/**
 * `GET …/:step/:task/cards/:id?attempt=`: HTML without scripts, all values escaped. What a user wrote as HTML is in a
 * frame's `srcdoc`. `…/cards/:id/page` is the same as a page of its own, for `<iframe sandbox="allow-scripts" src>`.
 */
export interface CardAnswer extends CardRow {
  readonly html: string;
}

/** `GET /api/runs/:flow/:run/code?against=RUN`: files of the flow, or how they differ from another run's. */
export interface CodeAnswer {
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface UsageRow extends StepUsage {
  /** What the step had better ask for; null where it asks for what it takes, or too little is known. */
  readonly advice: { readonly decorator: string; readonly evidence: string } | null;
}

/** `GET /api/runs/:flow/:run/usage`: what steps asked for and what their attempts used, in the order of the flow. */
export interface UsageAnswer {
  readonly steps: readonly UsageRow[];
  /** How many tasks ran at once. */
  readonly jobs: JobsOverTime;
}

/** `GET …/:step/:task/usage?attempt=`: what an attempt used over its time, beside what it asked for. */
export interface TaskUsageAnswer {
  readonly asked: AskedNeeds;
  /** Null for one that took less than two seconds, or that nobody looked at. */
  readonly series: UsageSeries | null;
}

/** `GET /api/compare?run=Flow/run&run=…`, in the order of the query. */
export interface CompareAnswer {
  readonly runs: readonly RunRow[];
  readonly parameters: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  /** The last value of each metric. */
  readonly metrics: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Artifacts of the `end` task; numeric ones with their numbers. */
  readonly artifacts: readonly {
    readonly name: string;
    readonly hashes: readonly (string | null)[];
    readonly numbers: readonly (number | null)[];
    readonly texts: readonly (string | null)[];
  }[];
  /** How long each step took, in milliseconds. */
  readonly steps: readonly { readonly name: string; readonly tookMs: readonly (number | null)[] }[];
  /** Set for two runs: a unified difference of their code. */
  readonly code: string | null;
}

/** What `POST /api/runs/:flow/:run/tags` takes; it answers with {@link TagsAnswer}. */
export interface TagsChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

export interface TagsAnswer {
  readonly tags: readonly string[];
}

/**
 * `GET /api/events?run=Flow/run&after=`: server-sent events without a name, each a `RunEvent` in JSON with its `id`; the stream
 * ends with `run-finished`. Where nobody works on the run any more, it ends with an event named `stale`. Who has all of a run
 * that is over is answered with 204: an `EventSource` then closes, and is not to be opened again.
 */
export const STALE_EVENT = "stale";

/** Comes alone where `after` is of a reading that the server does not know: whoever follows reads the columns once more. */
export const ANEW_EVENT = "anew";

/** What every failure is answered with, beside its status. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null };
}
