import { smallest } from "../../../../../sdk/base/largest.ts";
import type { Colors } from "picocolors/types.js";
import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import { attemptNumbers, sourcesOf } from "../../../../datastore/reader/log-source.ts";
import type { TaskSummary } from "../../../../datastore/reader/run-summary.ts";
import { taskValues } from "../../../../datastore/reader/task-values.ts";
import { logKey } from "../../../../datastore/run-keys.ts";
import { taskName } from "../../../../text/task-name.ts";
import { metricsLine } from "../../../show/metrics-line.ts";
import { paintedLines } from "../pager/painted-lines.ts";
import { Pager } from "../pager/pager.ts";
import type { RunModel } from "../run/run-model.ts";
import { type KeyAnswer, type ScreenSize, STAYS, type TopView } from "../top-view.ts";
import { ArtifactsPane } from "./artifacts-pane.ts";
import { detailLines } from "./detail-lines.ts";
import { LogPane } from "./log-pane.ts";

export type TaskTab = "details" | "log" | "artifacts";

const TAB_OF: Readonly<Record<string, TaskTab>> = { d: "details", l: "log", a: "artifacts" };
const ORDER: readonly TaskTab[] = ["details", "log", "artifacts"];
/** What it logged is looked up no sooner than this. */
const [METRICS_MS, REMOTE_METRICS_MS] = [1000, 10_000];

/** A task: what is known of it with its error first, its log, its artifacts. */
export class TaskView implements TopView {
  readonly #model: RunModel;
  readonly #number: number;
  readonly #colors: Colors;
  readonly #pager: Pager;
  #details = paintedLines([]);
  #tab: TaskTab;
  /** Null for the latest. */
  #attempt: number | null = null;
  #log: { readonly attempt: number; readonly pane: LogPane } | null = null;
  #artifacts: { readonly result: string | null; readonly pane: ArtifactsPane } | null = null;
  #metrics = { text: "", at: -Infinity, isLast: false };

  constructor(model: RunModel, { task, tab, colors }: { task: number; tab: TaskTab; colors: Colors }) {
    this.#model = model;
    this.#number = task;
    this.#tab = tab;
    this.#colors = colors;
    this.#pager = new Pager(colors, { isAtEnd: false });
  }

  get title(): string {
    const step = this.#task?.step ?? "";
    return taskName({ step, task: this.#number, label: this.#model.labelOf(this.#number) });
  }

  get keys(): string {
    const open = this.#tab === "artifacts" ? "enter open  " : "/ search  ";
    const attempts = (this.#task?.attempts.length ?? 0) > 1 ? "[ ] attempts  " : "";
    return `d details  l log  a artifacts  ${open}${attempts}q back`;
  }

  get typed(): string | null {
    if (this.#tab === "log") return this.#log?.pane.typed ?? null;
    return this.#tab === "details" ? this.#pager.typed : null;
  }

  look(): number | null {
    const isRunning = this.#isRunning;
    const model = this.#model.look();
    if (model === 0) return 0;
    if (this.#tab === "details") this.#readMetrics(isRunning);
    const log = this.#tab === "log" ? (this.#openLog()?.look(isRunning) ?? null) : null;
    const due = [model, log].filter((one) => one !== null);
    return due.length === 0 ? null : smallest(due);
  }

  press(key: string): KeyAnswer {
    if (this.typed === null) {
      const tab = TAB_OF[key];
      if (tab !== undefined) return this.#turn(tab);
      if (key === "tab") return this.#turn(ORDER[(ORDER.indexOf(this.#tab) + 1) % ORDER.length] ?? "details");
      if (key === "[" || key === "]") return this.#otherAttempt(key === "[" ? -1 : 1);
    }
    if (this.#tab === "artifacts") return this.#openArtifacts().press(key);
    if (this.#tab === "log") return this.#openLog()?.press(key) === true ? STAYS : null;
    return this.#pager.press(key, this.#details) ? STAYS : null;
  }

  body({ columns, rows }: ScreenSize): readonly string[] {
    const inside = { columns, rows: Math.max(rows - 1, 1) };
    return [this.#tabsText(), ...this.#inside(inside)].slice(0, rows);
  }

  #inside(size: ScreenSize): readonly string[] {
    const task = this.#task;
    if (task === undefined) return [];
    if (this.#tab === "artifacts") return this.#openArtifacts().body(size);
    if (this.#tab === "log") return this.#openLog()?.body(size) ?? [this.#colors.dim("it has not started")];
    const { columns } = size;
    const [model, colors, metrics] = [this.#model, this.#colors, this.#metrics.text];
    this.#details = paintedLines(detailLines({ model, task, metrics, columns, colors }));
    return this.#pager.body(this.#details, size);
  }

  #tabsText(): string {
    const { bold, dim } = this.#colors;
    const tabs = ORDER.map((tab) => (tab === this.#tab ? bold(`[${tab}]`) : dim(` ${tab} `))).join(" ");
    const numbers = this.#numbers;
    const shown = this.#shownAttempt;
    if (this.#tab !== "log" || numbers.length < 2) return tabs;
    return `${tabs}  ${dim(`attempt ${shown ?? 0} of ${numbers.join(", ")}`)}`;
  }

  #turn(tab: TaskTab): KeyAnswer {
    this.#tab = tab;
    return STAYS;
  }

  /** Attempts are told apart in their logs. */
  #otherAttempt(by: 1 | -1): KeyAnswer {
    const numbers = this.#numbers;
    const at = numbers.indexOf(this.#shownAttempt ?? -1) + by;
    const attempt = numbers[at];
    if (attempt === undefined) return STAYS;
    this.#attempt = at === numbers.length - 1 ? null : attempt;
    return this.#turn("log");
  }

  #openLog(): LogPane | null {
    const attempt = this.#shownAttempt;
    const task = this.#task;
    if (attempt === null || task === undefined) return null;
    if (this.#log?.attempt === attempt) return this.#log.pane;
    const { document, store } = this.#model;
    const [source] = sourcesOf(document, { task, attempt });
    if (source === undefined) return null;
    this.#log = { attempt, pane: new LogPane({ storage: store.storage, source, colors: this.#colors }) };
    return this.#log.pane;
  }

  #openArtifacts(): ArtifactsPane {
    const result = this.#task?.result ?? null;
    if (this.#artifacts?.result === result && this.#artifacts !== null) return this.#artifacts.pane;
    const { store, document } = this.#model;
    const load = () => (result === null ? {} : store.record(document.flow, document.run).resultAt(result).artifacts);
    this.#artifacts = { result, pane: new ArtifactsPane(store, { load, colors: this.#colors }) };
    return this.#artifacts.pane;
  }

  #readMetrics(isRunning: boolean): void {
    const { store, document } = this.#model;
    const everyMs = store.storage.isRemote ? REMOTE_METRICS_MS : METRICS_MS;
    const task = this.#task;
    if (this.#metrics.isLast || task === undefined || Date.now() - this.#metrics.at < everyMs) return;
    let text = "";
    try {
      const { flow, run } = document;
      for (const { last } of taskValues(store.storage, { flow, run, tasks: [task] }))
        text = metricsLine(Object.entries(last));
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      text = error.message;
    }
    this.#metrics = { text, at: Date.now(), isLast: !isRunning };
  }

  get #task(): TaskSummary | undefined {
    return this.#model.task(this.#number);
  }

  get #isRunning(): boolean {
    const status = this.#task?.status;
    return status === "running" || status === "pending";
  }

  get #numbers(): number[] {
    const task = this.#task;
    return task === undefined ? [] : attemptNumbers(task);
  }

  /** An attempt that only concluded the one before it, for `@catchError`, has no output: then that one's is shown. */
  get #shownAttempt(): number | null {
    if (this.#attempt !== null) return this.#attempt;
    const numbers = this.#numbers;
    const latest = numbers.at(-1) ?? null;
    const task = this.#task;
    if (task?.status !== "caught" || latest === null || numbers.length < 2) return latest;
    const { store, document } = this.#model;
    const [source] = sourcesOf(document, { task, attempt: latest });
    return source === undefined || store.storage.has(logKey(source)) ? latest : (numbers.at(-2) ?? latest);
  }
}
