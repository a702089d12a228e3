import type { ComponentChildren, JSX } from "preact";

/** One fact of a `dl` of them. */
export function Fact({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
