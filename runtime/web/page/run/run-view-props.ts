import type { RunAnswer } from "../../api/shapes.ts";
import type { TaskColumns } from "../../api/task-columns.ts";
import type { RunAddress } from "../source/source.ts";

export interface RunViewProps {
  readonly name: RunAddress;
  readonly answer: RunAnswer;
  /** Null until they are loaded. */
  readonly columns: TaskColumns | null;
  readonly version: number;
}
