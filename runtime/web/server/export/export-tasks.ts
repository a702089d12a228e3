import { type ExportedAnswer, exportKey } from "../../api/export-format.ts";
import type {
  ArtifactAnswer,
  CardAnswer,
  LogsAnswer,
  MetricsAnswer,
  TaskAnswer,
  TaskRow,
  TasksAnswer,
  TaskUsageAnswer,
} from "../../api/shapes.ts";
import { SERIES_FROM_MS } from "../../../datastore/usage-series.ts";
import type { ApiReader } from "./api-reader.ts";
import { shortenedLog } from "./shortened-log.ts";
import type { SizedAnswers } from "./sized-answers.ts";

/** Looked at together: the more, the better they compress, and the more is tried in vain at the end. */
const TASKS_TOGETHER = 25;
/** Of a value that is shown as HTML. */
const MAX_HTML_CHARS = 64 * 1024;
const MAX_CARD_CHARS = 256 * 1024;
const SLOWEST = 5;
/** What nobody will look at one by one is not worth the time. */
const MAX_TASKS = 1000;

/** What was left out so far, and what need not stand there twice. */
interface Cut {
  values: number;
  logs: number;
  cards: number;
  /** Artifacts pass from task to task: the first place of each, by what it is. */
  readonly seen: Map<string, string>;
}

type Entry = readonly [string, ExportedAnswer];

/**
 * Adds what the pages of single tasks show, those that somebody will look at first, as long as there is room.
 * @returns what was left out, for people
 */
export async function exportTasks(
  reader: ApiReader,
  { path, answers }: { readonly path: string; readonly answers: SizedAnswers },
): Promise<readonly string[]> {
  const known = answers.all[`${path}/tasks`];
  const tasks = known !== undefined && "json" in known ? (known.json as TasksAnswer).tasks : [];
  const wanted = inOrder(tasks).slice(0, MAX_TASKS);
  const cut: Cut = { values: 0, logs: 0, cards: 0, seen: new Map() };
  let done = 0;
  for (; done < wanted.length; done += TASKS_TOGETHER) {
    const entries: Entry[] = [];
    for (const { step, task } of wanted.slice(done, done + TASKS_TOGETHER))
      for await (const entry of entriesOf(reader, { path: `${path}/${encodeURIComponent(step)}/${task}`, cut }))
        entries.push(entry);
    if (!answers.addIfFits(entries)) break;
  }
  const left = tasks.length - Math.min(done, wanted.length);
  return [
    ...(left === 0 ? [] : [`output, artifacts and attempts of ${left.toLocaleString("en")} tasks`]),
    ...(cut.values === 0 ? [] : [`${cut.values} large artifacts`]),
    ...(cut.cards === 0 ? [] : [`${cut.cards} large cards`]),
    ...(cut.logs === 0 ? [] : [`the middle of ${cut.logs} long logs`]),
  ];
}

/** What failed, then what took long and what began a step, then the others. */
function inOrder(tasks: readonly TaskRow[]): readonly TaskRow[] {
  const bySteps = new Map<string, TaskRow[]>();
  for (const task of tasks) {
    const own = bySteps.get(task.step) ?? [];
    own.push(task);
    bySteps.set(task.step, own);
  }
  const took = ({ startedAt, finishedAt }: TaskRow) => (finishedAt ?? startedAt) - startedAt;
  const slowest = [...bySteps.values()].flatMap((own) =>
    [...own].sort((one, other) => took(other) - took(one)).slice(0, SLOWEST),
  );
  const failed = tasks.filter(({ status }) => status === "failed" || status === "caught" || status === "stale");
  const first = [...bySteps.values()].flatMap((own) => own.slice(0, SLOWEST));
  return [...new Set([...failed, ...slowest, ...first, ...tasks])];
}

async function* entriesOf(
  reader: ApiReader,
  { path, cut }: { readonly path: string; readonly cut: Cut },
): AsyncGenerator<Entry, void, undefined> {
  const task = await reader.jsonOrNull<TaskAnswer>(path);
  if (task === null) return;
  yield [path, { json: task }];
  const latest = task.attempts.at(-1)?.attempt;
  for (const { attempt, startedAt, finishedAt } of task.attempts) {
    const query = attempt === latest ? "" : `attempt=${attempt}`;
    const log = await shortenedLog((offset) => {
      const asked = [query, offset === null ? "" : `offset=${offset}`].filter((one) => one !== "").join("&");
      return reader.jsonOrNull<LogsAnswer>(`${path}/logs?${asked}`);
    });
    cut.logs += Number(log.isCut);
    yield [exportKey(`${path}/logs?${query}`), { json: log.answer }];
    if (finishedAt !== null && finishedAt - startedAt >= SERIES_FROM_MS) {
      const usage = await reader.jsonOrNull<TaskUsageAnswer>(`${path}/usage?${query}`);
      if (usage !== null) yield [exportKey(`${path}/usage?${query}`), { json: usage }];
    }
    if (task.metrics.length === 0) continue;
    const metrics = await reader.jsonOrNull<MetricsAnswer>(`${path}/metrics?${query}`);
    if (metrics !== null) yield [exportKey(`${path}/metrics?${query}`), { json: metrics }];
  }
  for (const { id } of task.cards) {
    const place = `${path}/cards/${encodeURIComponent(id)}`;
    const card = await reader.jsonOrNull<CardAnswer>(place);
    if (card === null) continue;
    if (card.html.length <= MAX_CARD_CHARS) yield [place, { json: card }];
    else cut.cards += 1;
  }
  for (const { name, hash, isParameter } of task.artifacts) {
    const place = `${path}/artifacts/${encodeURIComponent(name)}`;
    const what = JSON.stringify([name, hash, isParameter]);
    const same = cut.seen.get(what);
    if (same !== undefined) {
      yield [place, { as: same }];
      continue;
    }
    cut.seen.set(what, place);
    const artifact = await reader.jsonOrNull<ArtifactAnswer>(place);
    if (artifact === null) continue;
    const isLarge = artifact.html.length > MAX_HTML_CHARS;
    cut.values += Number(isLarge || artifact.isPart);
    yield [place, { json: isLarge ? { ...artifact, html: LEFT_OUT, isPart: true } : artifact }];
  }
}

const LEFT_OUT = '<p class="dim">The value is large, and was left out of this export.</p>';
