import type { JSX } from "preact";
import type { RunName } from "../source/source.ts";

export function TaskPage({ name, step, task }: { name: RunName; step: string; task: string }): JSX.Element {
  return <h1>{[name.flow, name.run, step, task].join("/")}</h1>;
}
