import type { JSX } from "preact";
import { LogView } from "../parts/log-view.tsx";
import { useSite } from "../state/use-site.ts";
import type { RunViewProps } from "./run-view-props.ts";

/** What all tasks of the run printed. */
export function RunLogView({ name, answer }: RunViewProps): JSX.Element {
  const { source } = useSite();
  return (
    <LogView
      id={`${name.flow}/${name.run}`}
      name={name}
      isLive={answer.status === "running"}
      hasStreams={false}
      load={(offset) => source.below(name, ["logs"], { offset })}
    />
  );
}
