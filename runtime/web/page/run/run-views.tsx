import type { JSX } from "preact";
import type { RunViewProps } from "./run-view-props.ts";
import { CardsView } from "./cards-view.tsx";
import { CodeView } from "./code-view.tsx";
import { GraphView } from "./graph-view.tsx";
import { MetricsView } from "./metrics-view.tsx";
import { ParametersView } from "./parameters-view.tsx";
import { RunLogView } from "./run-log-view.tsx";
import { StepsView } from "./steps-view.tsx";
import { TimelineView } from "./timeline/timeline-view.tsx";
import { TasksView } from "./tasks-view.tsx";
import { UsageView } from "./usage-view.tsx";

interface RunView {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  readonly draw: (props: RunViewProps) => JSX.Element;
}

/** What can be seen of a run; the first is what it opens on. */
export const RUN_VIEWS: readonly RunView[] = [
  { id: "steps", title: "Steps", draw: (props) => <StepsView {...props} /> },
  { id: "graph", title: "Graph", draw: (props) => <GraphView {...props} /> },
  { id: "timeline", title: "Timeline", draw: (props) => <TimelineView {...props} /> },
  { id: "tasks", title: "Tasks", draw: (props) => <TasksView {...props} /> },
  { id: "log", title: "Log", draw: (props) => <RunLogView {...props} /> },
  { id: "metrics", title: "Metrics", draw: (props) => <MetricsView {...props} /> },
  { id: "cards", title: "Cards", draw: (props) => <CardsView {...props} /> },
  { id: "usage", title: "Usage", draw: (props) => <UsageView {...props} /> },
  { id: "parameters", title: "Parameters", draw: (props) => <ParametersView {...props} /> },
  { id: "code", title: "Code", draw: (props) => <CodeView {...props} /> },
];
