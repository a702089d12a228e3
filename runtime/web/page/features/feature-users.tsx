import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { FeatureUserRow } from "../../api/feature-shapes.ts";
import { Link } from "../parts/link.tsx";

const TITLES = ["Model", "Aliases", "View's version", "Features", "Served by"];

interface FeatureUsersProps {
  readonly users: readonly FeatureUserRow[];
  /** Version of the view that answers. */
  readonly current: number;
}

/** Who was trained on a view, and what breaks if it changes. */
export function FeatureUsers({ users, current }: FeatureUsersProps): JSX.Element {
  if (users.length === 0) return <p class="empty">No registered model was trained on it.</p>;
  return (
    <>
      <p>{breaksText(users)}</p>
      <div class="wide" tabIndex={0} role="region" aria-label="Models that were trained on it">
        <table class="models">
          <thead>
            <tr>
              {TITLES.map((title) => (
                <th scope="col" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {users.map(({ model, number, aliases, version, features, servers }) => (
              <tr key={`${model}@${number} ${version}`}>
                <th scope="row">
                  <Link to={["models", model]} query={{ version: String(number) }}>{`${model}@${number}`}</Link>
                </th>
                <td>{aliases.join(", ") || "–"}</td>
                <td class="number">{version === current ? version : `${version}, not ${current}`}</td>
                <td>{features.join(", ")}</td>
                <td>{visibleLine(servers.join(", ") || "–")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Those that somebody relies on. */
function breaksText(users: readonly FeatureUserRow[]): string {
  const inUse = users.filter(({ aliases, servers }) => aliases.length > 0 || servers.length > 0);
  const names = [...new Set(inUse.map(({ model, number }) => `${model}@${number}`))];
  if (names.length === 0) return "No alias and no service uses one of these models: nothing breaks if it changes.";
  return `If one of these features changes, a service of ${names.join(", ")} does not start until the model is trained again.`;
}
