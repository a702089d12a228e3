import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { FeaturesAnswer } from "../../api/feature-shapes.ts";
import { Answered } from "../parts/answered.tsx";
import { Link } from "../parts/link.tsx";
import { Moment } from "../parts/moment.tsx";
import { TypedField } from "../runs/run-filters.tsx";
import { useLoad } from "../state/use-load.ts";
import { useSite } from "../state/use-site.ts";
import { useTitle } from "../state/use-title.ts";

/** Every feature view of the datastore that was materialized, or those that say the words that are looked for. */
export function FeaturesPage(): JSX.Element {
  const { source, addresses } = useSite();
  useTitle("Features");
  const text = addresses.current.value.query.get("text") ?? "";
  const loaded = useLoad(`features ${text}`, () => source.get<FeaturesAnswer>(["features"], { text }));
  return (
    <>
      <h1>Features</h1>
      <form class="filters" role="search" aria-label="Search features" onSubmit={(event) => event.preventDefault()}>
        <TypedField
          name="text"
          label="Find"
          hint="name, tag, owner, column …"
          value={text}
          onTyped={(name, value) => addresses.go(addresses.with({ [name]: value }), { isReplaced: true })}
        />
      </form>
      <Answered loaded={loaded}>
        {({ views, count }) => {
          if (views.length > 0) return <ViewTable views={views} count={count} />;
          return count === 0 ? <NoFeatures /> : <p class="empty">None of {count} feature views says this.</p>;
        }}
      </Answered>
    </>
  );
}

function NoFeatures(): JSX.Element {
  return (
    <div class="empty">
      <p>No feature view was materialized in this datastore yet.</p>
      <p>
        <code>millrace features materialize features.ts</code> does that.
      </p>
    </div>
  );
}

function ViewTable({ views }: FeaturesAnswer): JSX.Element {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Feature views">
      <table class="models">
        <thead>
          <tr>
            {["View", "Version", "Entity", "Keys", "As of", "Owner", "Tags", "Features", "Description"].map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {views.map(({ name, version, entity, keys, until, owner, tags, features, description, problem }) => (
            <tr key={name}>
              <th scope="row">
                <Link to={["features", name]}>{name}</Link>
              </th>
              <td class="number">{version ?? "–"}</td>
              <td>{entity ?? "–"}</td>
              <td class="number">{keys ?? "–"}</td>
              <td>{until === null ? "–" : <Moment at={until} />}</td>
              <td>{visibleLine(owner ?? "–")}</td>
              <td>{visibleLine(tags.join(", "))}</td>
              <td>{features.join(", ")}</td>
              <td>{visibleLine(problem ?? description ?? "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
