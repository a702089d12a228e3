import type { ReadonlySignal } from "@preact/signals";
import type { RunEvent } from "../../../datastore/run-event.ts";
import type { RunAnswer, RunsAnswer, TagsAnswer, TagsChange } from "../../api/shapes.ts";
import type { TaskColumns } from "../../api/task-columns.ts";
import type { PageQuery } from "../address/addresses.ts";

export interface RunAddress {
  readonly flow: string;
  readonly run: string;
}

export interface Followed {
  readonly onEvent: (event: RunEvent) => void;
  /** Nothing more will come: nobody works on the run any more. */
  readonly onEnd: () => void;
  /** The server does not know where that cursor is: what came before has to be read once more. */
  readonly onAnew: () => void;
}

/** Where the page reads: a server, or what was exported into its own file. */
export interface Source {
  /** True where nothing can change any more. */
  readonly isExport: boolean;
  /** False while the server does not answer. */
  readonly isConnected: ReadonlySignal<boolean>;
  runs(query: PageQuery): Promise<RunsAnswer>;
  run(name: RunAddress): Promise<RunAnswer>;
  columns(name: RunAddress): Promise<TaskColumns>;
  /** What stands below a run: `["fit", "3", "logs"]`. */
  below<Answer>(name: RunAddress, path: readonly string[], query?: PageQuery): Promise<Answer>;
  /** What is about no run alone: `["compare"]`. */
  get<Answer>(path: readonly string[], query?: PageQuery): Promise<Answer>;
  changeTags(name: RunAddress, change: TagsChange): Promise<TagsAnswer>;
  /** Each event of the journal after `cursor`, once, until the run ends or the returned function is called. */
  follow(name: RunAddress, cursor: string, followed: Followed): () => void;
}
