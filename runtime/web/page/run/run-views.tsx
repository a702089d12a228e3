import type { JSX } from "preact";
import type { RunViewProps } from "./run-view-props.ts";
import { StepsView } from "./steps-view.tsx";

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
