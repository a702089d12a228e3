import type { JSX } from "preact";
import type { RunAddress } from "../source/source.ts";

export function TaskPage({ name, step, task }: { name: RunAddress; step: string; task: string }): JSX.Element {
  return <h1>{[name.flow, name.run, step, task].join("/")}</h1>;
}
