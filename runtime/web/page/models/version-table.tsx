import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { ModelVersionRow } from "../../api/model-shapes.ts";
import { Link } from "../parts/link.tsx";
import { Moment } from "../parts/moment.tsx";
import { useSite } from "../state/use-site.ts";

/** So many metrics have a column of their own. */
const MAX_METRICS = 8;

interface VersionTableProps {
  readonly versions: readonly ModelVersionRow[];
  /** Number of the one that is shown below. */
  readonly chosen: number;
}

/** A row a version, the newest first, with a column for each metric. */
export function VersionTable({ versions, chosen }: VersionTableProps): JSX.Element {
  const { addresses } = useSite();
  const { path } = addresses.current.value;
  const metrics = [...new Set(versions.flatMap((version) => Object.keys(version.metrics)))].slice(0, MAX_METRICS);
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="List of versions">
      <table class="models">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Aliases</th>
            {metrics.map((name) => (
              <th scope="col" key={name} class="mono">
                {visibleLine(name)}
              </th>
            ))}
            <th scope="col">Registered</th>
            <th scope="col">User</th>
            <th scope="col">Description</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.number}>
              <th scope="row">
                <Link to={path} query={{ version: String(version.number) }} isCurrent={version.number === chosen}>
                  {version.number}
                </Link>
              </th>
              <td>{version.aliases.join(", ") || "–"}</td>
              {metrics.map((name) => (
                <td key={name} class="number">
                  {Object.hasOwn(version.metrics, name) ? version.metrics[name] : "–"}
                </td>
              ))}
              <td>
                <Moment at={version.registeredAt} />
              </td>
              <td>{visibleLine(version.user)}</td>
              <td>{visibleLine(version.description ?? "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
