import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { CompareAnswer } from "../../api/shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Link } from "../parts/link.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";
import { ComparedRuns } from "./compared-runs.tsx";

/** Any number of runs side by side; which ones stands in the address. */
export function ComparePage(): JSX.Element {
  const { addresses, source } = useSite();
  const names = addresses.current.value.query.getAll("run");
  useTitle(`${names.length} runs`, "Compare");
  const loaded = useLoad(names.length < 2 ? null : names.join("&"), () =>
    source.get<CompareAnswer>(["compare"], { run: names }),
  );
  return (
    <>
      <nav class="crumbs" aria-label="Place">
        <Link to={[]}>Runs</Link>
      </nav>
      <h1>Compare</h1>
      {names.length < 2 ? (
        <p class="empty">
          {names.length === 0 ? "No runs are named here." : `Only ${visibleLine(names[0] ?? "")} is named here.`}{" "}
          <Link to={[]} query={{ run: names }}>
            Choose two or more
          </Link>
          .
        </p>
      ) : (
        <Answered loaded={loaded}>{(answer) => <ComparedRuns answer={answer} names={names} />}</Answered>
      )}
    </>
  );
}
