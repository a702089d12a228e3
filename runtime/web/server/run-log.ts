import type { RunSummary } from "../../datastore/reader/run-summary.ts";
import { type AttemptPlace, logKey, runFolder, type RunPlace } from "../../datastore/run-keys.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { LogsAnswer } from "../api/shapes.ts";
import { LogPage } from "./log-page.ts";
import type { LogReader } from "./log-reader.ts";
import { RefusedRequest } from "./refused-request.ts";

/** An attempt of the run itself; the output of a reused task is in the run that it comes from. */
interface RunAttempt extends AttemptPlace {
  readonly isOver: boolean;
  /** False where it ended without a word; most do. */
  readonly hasLog: boolean;
}

/**
 * How far the log of a run was read: of the attempts in the order of their start these are done, but for those that ran when
 * they were read, which have come to that line. As a text: `12~3.15~7.20`.
 */
interface Position {
  done: number;
  readonly open: Map<number, number>;
}

/** Attempts that may be followed at once; others wait for one of them to end. */
const MAX_OPEN = 256;
const LOGS_AHEAD = 32;

/** What all tasks of a run wrote, attempt by attempt, those that go on side by side. */
export class RunLog {
  readonly #reader: LogReader;
  readonly #storage: Storage;
  readonly #attempts = new WeakMap<RunSummary["tasks"], readonly RunAttempt[]>();

  constructor(storage: Storage, reader: LogReader) {
    this.#storage = storage;
    this.#reader = reader;
  }

  read(run: RunSummary, offset: string | null): LogsAnswer {
    const attempts = this.#attemptsOf(run);
    const position = parsed(offset, attempts.length);
    const page = new LogPage("both");
    for (const at of [...position.open.keys()]) {
      if (page.isFull) break;
      this.#readOne(run, { attempts, at, page, position });
    }
    while (position.done < attempts.length && position.open.size < MAX_OPEN && !page.isFull) {
      if (position.done % LOGS_AHEAD === 0)
        this.#announce(run, attempts.slice(position.done, position.done + LOGS_AHEAD));
      position.done += 1;
      position.open.set(position.done - 1, 0);
      this.#readOne(run, { attempts, at: position.done - 1, page, position });
    }
    const isEnd = run.status !== "running" && position.done === attempts.length && position.open.size === 0;
    return { lines: page.lines.sort((one, other) => one.time - other.time), next: isEnd ? null : textOf(position) };
  }

  #readOne(
    { flow, run }: RunSummary,
    {
      attempts,
      at,
      page,
      position,
    }: { attempts: readonly RunAttempt[]; at: number; page: LogPage; position: Position },
  ): void {
    const attempt = attempts[at];
    if (attempt === undefined) return;
    const { step, task, isOver, hasLog } = attempt;
    if (!hasLog) return void position.open.delete(at);
    let line = position.open.get(at) ?? 0;
    let isAll = true;
    for (const one of this.#reader.from({ flow, run, ...attempt }, line)) {
      page.add(one, `${step}/${task}`);
      line += 1;
      if (!page.isFull) continue;
      isAll = false;
      break;
    }
    if (isAll && isOver) position.open.delete(at);
    else position.open.set(at, line);
  }

  #attemptsOf({ flow, run, tasks }: RunSummary): readonly RunAttempt[] {
    const known = this.#attempts.get(tasks);
    if (known !== undefined) return known;
    const logs = this.#logsOf({ flow, run });
    const all = tasks.flatMap(({ step, task, attempts }) =>
      attempts.map(({ attempt, status, startedAt }) => {
        const isOver = status !== "running";
        const hasLog = !isOver || logs.has(logKey({ flow, run, step, task, attempt }));
        return { step, task, attempt, startedAt, isOver, hasLog };
      }),
    );
    const sorted = all.sort((one, other) => one.startedAt - other.startedAt);
    this.#attempts.set(tasks, sorted);
    return sorted;
  }

  /** One look for each step is less than one for each task. */
  #logsOf(of: RunPlace): ReadonlySet<string> {
    const folder = `${runFolder(of)}/logs`;
    const steps = this.#storage.list(folder).filter((name) => name.endsWith("/"));
    this.#storage.ahead(steps.map((step) => ({ op: "list", key: `${folder}/${step.slice(0, -1)}` })));
    return new Set(
      steps.flatMap((step) =>
        this.#storage.list(`${folder}/${step.slice(0, -1)}`).map((name) => `${folder}/${step}${name}`),
      ),
    );
  }

  #announce({ flow, run }: RunSummary, attempts: readonly RunAttempt[]): void {
    this.#storage.ahead(
      attempts
        .filter(({ hasLog }) => hasLog)
        .map((attempt) => ({ op: "tail", key: logKey({ flow, run, ...attempt }) })),
    );
  }
}

const FORM = /^(\d{1,9})((?:~\d{1,9}\.\d{1,12})*)$/;

function parsed(offset: string | null, count: number): Position {
  if (offset === null) return { done: 0, open: new Map() };
  const [, done = "", open = ""] = FORM.exec(offset) ?? [];
  const pairs = open
    .split("~")
    .filter((one) => one !== "")
    .map((one) => one.split(".").map(Number));
  const isKnown = done !== "" && Number(done) <= count && pairs.length <= MAX_OPEN + 1;
  if (isKnown && pairs.every(([at = count]) => at < Number(done)))
    return { done: Number(done), open: new Map(pairs.map(([at = 0, line = 0]) => [at, line])) };
  throw new RefusedRequest(400, { headline: "Cannot read the log on because offset is not one that an answer gave" });
}

function textOf({ done, open }: Position): string {
  return [done, ...[...open].map(([at, line]) => `${at}.${line}`)].join("~");
}
