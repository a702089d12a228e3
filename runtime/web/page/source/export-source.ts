import { signal } from "@preact/signals";
import { type ExportedAnswer, type ExportedPage, exportKey } from "../../api/export-format.ts";
import type { LogsAnswer, RunAnswer, RunsAnswer, TagsAnswer, TasksAnswer } from "../../api/shapes.ts";
import { type TaskColumns, decodeColumns } from "../../api/task-columns.ts";
import type { PageQuery } from "../address/addresses.ts";
import { apiAddress } from "./api-address.ts";
import { filterLog } from "./filter-log.ts";
import { filterRuns } from "./filter-runs.ts";
import { filterTasks } from "./filter-tasks.ts";
import { PageProblem } from "./page-problem.ts";
import type { RunAddress, Source } from "./source.ts";

/** Reads what was exported into the page's own file. */
export class ExportSource implements Source {
  readonly isExport = true;
  readonly isConnected = signal(true);
  readonly exportedAt: number;
  readonly notes: readonly string[];
  readonly #answers: Readonly<Record<string, ExportedAnswer>>;

  constructor({ answers, exportedAt, notes }: ExportedPage) {
    this.#answers = answers;
    this.exportedAt = exportedAt;
    this.notes = notes;
  }

  async runs(query: PageQuery): Promise<RunsAnswer> {
    return filterRuns(await this.get<RunsAnswer>(["runs"]), query);
  }

  async run(name: RunAddress): Promise<RunAnswer> {
    return { ...(await this.below<RunAnswer>(name, [])), isReadOnly: true };
  }

  columns({ flow, run }: RunAddress): Promise<TaskColumns> {
    const answer = this.#answer(["runs", flow, run, "columns"], {});
    const text = "base64" in answer ? answer.base64 : "";
    return Promise.resolve(decodeColumns(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer));
  }

  async below<Answer>({ flow, run }: RunAddress, path: readonly string[], query: PageQuery = {}): Promise<Answer> {
    const answer = await this.get<Answer>(["runs", flow, run, ...path], query);
    if (path.join("/") === "tasks") return filterTasks(answer as TasksAnswer, query) as Answer;
    return path.at(-1) === "logs" ? (filterLog(answer as LogsAnswer, query) as Answer) : answer;
  }

  get<Answer>(path: readonly string[], query: PageQuery = {}): Promise<Answer> {
    try {
      const answer = this.#answer(path, query);
      return Promise.resolve(("json" in answer ? answer.json : null) as Answer);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  changeTags(): Promise<TagsAnswer> {
    return Promise.reject(new PageProblem(405, { code: "", message: "Cannot change tags in an export", hint: null }));
  }

  follow(): () => void {
    return () => undefined;
  }

  #answer(path: readonly string[], query: PageQuery): ExportedAnswer {
    const key = exportKey(apiAddress(path, query));
    const found = this.#at(key);
    const answer = found !== undefined && "as" in found ? this.#at(found.as) : found;
    if (answer !== undefined) return answer;
    throw new PageProblem(404, {
      code: "",
      message: "Cannot show this because it was not exported into this file",
      hint: "an export holds the runs that it was made of; `millrace ui` shows everything",
    });
  }

  #at(key: string): ExportedAnswer | undefined {
    return Object.hasOwn(this.#answers, key) ? this.#answers[key] : undefined;
  }
}
