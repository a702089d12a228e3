import { appendAll } from "../../../../sdk/base/append-all.ts";
import type { RunPlace } from "../../../datastore/run-keys.ts";
import { type ExportedAnswer, exportKey } from "../../api/export-format.ts";
import type {
  CompareAnswer,
  LogsAnswer,
  RunAnswer,
  RunRow,
  RunsAnswer,
  TaskRow,
  TasksAnswer,
} from "../../api/shapes.ts";
import type { ServedStore } from "../served-store.ts";
import { ApiReader } from "./api-reader.ts";
import { shortenedLog } from "./shortened-log.ts";
import { exportTasks } from "./export-tasks.ts";
import { SizedAnswers } from "./sized-answers.ts";

/** Each with each other: of more runs only all of them together are compared. */
const MAX_PAIRED = 5;

export interface ExportedRuns {
  readonly answers: Readonly<Record<string, ExportedAnswer>>;
  readonly notes: readonly string[];
}

/**
 * What the page can ask about these runs, and nothing of others.
 * @param maxBytes - compressed; what does not fit of the single tasks is left out
 */
export async function exportAnswers(
  served: ServedStore,
  { places, maxBytes }: { readonly places: readonly RunPlace[]; readonly maxBytes: number },
): Promise<ExportedRuns> {
  const reader = new ApiReader(served);
  const answers = new SizedAnswers(maxBytes);
  const rows: RunRow[] = [];
  const notes: string[] = [];
  for (const place of places) rows.push(await exportRun(reader, { place, places, answers, notes }));
  const flows = [...new Set(places.map(({ flow }) => flow))].sort();
  const list: RunsAnswer = { runs: rows.sort((one, other) => other.startedAt - one.startedAt), next: null, flows };
  answers.add("/api/runs", { json: list });
  for (const together of comparisons(places)) {
    const path = `/api/compare?${new URLSearchParams(together.map(({ flow, run }) => ["run", `${flow}/${run}`])).toString()}`;
    answers.add(exportKey(path), { json: await reader.json<CompareAnswer>(path) });
  }
  for (const place of places) appendAll(notes, await exportTasks(reader, { path: pathOf(place), answers }));
  return { answers: answers.all, notes };
}

async function exportRun(
  reader: ApiReader,
  {
    place,
    places,
    answers,
    notes,
  }: { place: RunPlace; places: readonly RunPlace[]; answers: SizedAnswers; notes: string[] },
): Promise<RunRow> {
  const path = pathOf(place);
  const answer = await reader.json<RunAnswer>(path);
  const isHere = places.some(({ flow, run }) => flow === place.flow && run === answer.before);
  answers.add(path, {
    json: { ...answer, before: isHere ? answer.before : null, isReadOnly: true } satisfies RunAnswer,
  });
  const columns = await reader.answer(`${path}/columns`);
  if (columns.kind === "bytes")
    answers.add(`${path}/columns`, { base64: Buffer.from(columns.bytes).toString("base64") });
  const tasks: TasksAnswer = { tasks: await allTasks(reader, path), next: null };
  answers.add(`${path}/tasks`, { json: tasks });
  for (const name of answer.metrics) {
    const metric = `${path}/metrics?${new URLSearchParams({ name }).toString()}`;
    answers.add(exportKey(metric), { json: await reader.json(metric) });
  }
  answers.add(`${path}/usage`, { json: await reader.json(`${path}/usage`) });
  const code = [`${path}/code`, ...(isHere ? [`${path}/code?against=${encodeURIComponent(answer.before ?? "")}`] : [])];
  for (const one of code) {
    const json = await reader.jsonOrNull(one);
    if (json !== null) answers.add(exportKey(one), { json });
  }
  const log = await shortenedLog((offset) =>
    reader.json<LogsAnswer>(`${path}/logs${offset === null ? "" : `?offset=${offset}`}`),
  );
  answers.add(`${path}/logs`, { json: log.answer });
  if (log.isCut) notes.push(`most of the output of ${place.run}`);
  const { flow, id, status, startedAt, finishedAt, user, tags, parameters } = answer;
  return { flow, id, status, startedAt, finishedAt, user, tags, parameters, tasks: answer.tasks };
}

async function allTasks(reader: ApiReader, path: string): Promise<TaskRow[]> {
  const all: TaskRow[] = [];
  for (let after: string | null = ""; after !== null;) {
    const { tasks, next }: TasksAnswer = await reader.json<TasksAnswer>(`${path}/tasks?limit=1000&after=${after}`);
    appendAll(all, tasks);
    after = next;
  }
  return all;
}

function comparisons(places: readonly RunPlace[]): (readonly RunPlace[])[] {
  if (places.length < 2) return [];
  if (places.length > MAX_PAIRED) return [places];
  const pairs = places.flatMap((one) => places.flatMap((other) => (one === other ? [] : [[one, other]])));
  return places.length === 2 ? pairs : [...pairs, places];
}

function pathOf({ flow, run }: RunPlace): string {
  return `/api/runs/${encodeURIComponent(flow)}/${encodeURIComponent(run)}`;
}
