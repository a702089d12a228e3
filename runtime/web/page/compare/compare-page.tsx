import type { JSX } from "preact";

export function ComparePage(): JSX.Element {
  return <h1>Compare</h1>;
}
