import type { ComponentChildren, JSX } from "preact";
import { Guard } from "./problem.tsx";

/** A part of a page under its title; a fault in it leaves the others as they are. */
export function Section({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Guard>{children}</Guard>
    </section>
  );
}
