import { type Signal, signal } from "@preact/signals";
import type { RunEvent } from "../../../datastore/run-event.ts";
import {
  ANEW_EVENT,
  STALE_EVENT,
  type ErrorAnswer,
  type RunAnswer,
  type RunsAnswer,
  type TagsAnswer,
  type TagsChange,
} from "../../api/shapes.ts";
import { type TaskColumns, decodeColumns } from "../../api/task-columns.ts";
import type { PageQuery } from "../address/addresses.ts";
import { apiAddress } from "./api-address.ts";
import { PageProblem } from "./page-problem.ts";
import type { Followed, RunAddress, Source } from "./source.ts";

const RETRY_MS = 1000;
const MAX_RETRY_MS = 10_000;

/** Asks the server of `millrace ui`, and goes on asking while it is away. */
export class ServerSource implements Source {
  readonly isExport = false;
  readonly isConnected: Signal<boolean> = signal(true);

  runs(query: PageQuery): Promise<RunsAnswer> {
    return this.get(["runs"], query);
  }

  run(name: RunAddress): Promise<RunAnswer> {
    return this.below(name, []);
  }

  async columns(name: RunAddress): Promise<TaskColumns> {
    const response = await this.#fetch(apiAddress(["runs", name.flow, name.run, "columns"]));
    return decodeColumns(await response.arrayBuffer());
  }

  below<Answer>({ flow, run }: RunAddress, path: readonly string[], query: PageQuery = {}): Promise<Answer> {
    return this.get(["runs", flow, run, ...path], query);
  }

  async get<Answer>(path: readonly string[], query: PageQuery = {}): Promise<Answer> {
    const response = await this.#fetch(apiAddress(path, query));
    return (await response.json()) as Answer;
  }

  async changeTags({ flow, run }: RunAddress, change: TagsChange): Promise<TagsAnswer> {
    const response = await this.#fetch(apiAddress(["runs", flow, run, "tags"]), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(change),
    });
    return (await response.json()) as TagsAnswer;
  }

  follow(name: RunAddress, cursor: string, { onEvent, onEnd, onAnew }: Followed): () => void {
    let after = cursor;
    let stream: EventSource | null = null;
    let again: ReturnType<typeof setTimeout> | null = null;
    const open = (): void => {
      stream = new EventSource(apiAddress(["events"], { run: `${name.flow}/${name.run}`, after }));
      stream.onopen = () => {
        this.isConnected.value = true;
      };
      stream.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
        after = lastEventId;
        const event = JSON.parse(data) as RunEvent;
        if (event.type === "run-finished") stream?.close();
        onEvent(event);
      };
      stream.addEventListener(STALE_EVENT, () => {
        stream?.close();
        onEnd();
      });
      stream.addEventListener(ANEW_EVENT, () => {
        stream?.close();
        again = setTimeout(onAnew, RETRY_MS);
      });
      // A broken connection is the browser's to mend: it says which event it saw last. A refused one is ours.
      stream.onerror = () => {
        if (stream?.readyState === EventSource.CONNECTING) this.isConnected.value = false;
        else again = setTimeout(() => void look(), RETRY_MS);
      };
    };
    const look = async (): Promise<void> => {
      const isRunning = await this.run(name).then(
        ({ status }) => status === "running",
        () => false,
      );
      if (isRunning) open();
      else onEnd();
    };
    open();
    return () => {
      stream?.close();
      if (again !== null) clearTimeout(again);
    };
  }

  async #fetch(url: string, request: RequestInit = {}): Promise<Response> {
    for (let waitMs = RETRY_MS; ; waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)) {
      const response = await fetch(url, request).catch(() => null);
      this.isConnected.value = response !== null;
      if (response?.ok === true) return response;
      if (response !== null) throw await problemIn(response);
      if (request.method !== undefined) throw new PageProblem(0, LOST);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

const LOST = {
  code: "",
  message: "Cannot change this because the server does not answer",
  hint: "is `millrace ui` still running?",
};

async function problemIn(response: Response): Promise<PageProblem> {
  const answer = (await response.json().catch(() => null)) as Partial<ErrorAnswer> | null;
  if (answer?.error !== undefined) return new PageProblem(response.status, answer.error);
  const hint = response.status === 401 ? "open the link that `millrace ui` printed: it holds the token" : null;
  return new PageProblem(response.status, {
    code: String(response.status),
    message: `Cannot show this because the server answered with ${response.status} ${response.statusText}`,
    hint,
  });
}
