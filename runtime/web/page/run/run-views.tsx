import type { JSX } from "preact";
import type { RunAnswer } from "../../api/shapes.ts";
import type { TaskColumns } from "../../api/task-columns.ts";
import type { RunName } from "../source/source.ts";
import { StepsView } from "./steps-view.tsx";

export interface RunViewProps {
  readonly name: RunName;
  readonly answer: RunAnswer;
  /** Null until they are loaded. */
  readonly columns: TaskColumns | null;
  readonly version: number;
}

interface RunView {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  readonly draw: (props: RunViewProps) => JSX.Element;
}

/** What can be seen of a run; the first is what it opens on. */
export const RUN_VIEWS: readonly RunView[] = [
  { id: "steps", title: "Steps", draw: (props) => <StepsView {...props} /> },
];
