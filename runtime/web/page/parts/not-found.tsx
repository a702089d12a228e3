import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import { useTitle } from "../state/use-title.ts";
import { Link } from "./link.tsx";

/** For an address that names nothing. */
export function NotFound({ path }: { path: readonly string[] }): JSX.Element {
  useTitle("Not found");
  return (
    <>
      <h1>There is nothing here</h1>
      <p>
        No page has the address <code>/{visibleLine(path.join("/"))}</code>. Addresses are <code>/runs/FLOW/RUN</code>,{" "}
        <code>/runs/FLOW/RUN/STEP/TASK</code> and <code>/compare?run=FLOW/RUN&amp;run=FLOW/RUN</code>.
      </p>
      <p>
        <Link to={[]}>See all runs</Link>
      </p>
    </>
  );
}
