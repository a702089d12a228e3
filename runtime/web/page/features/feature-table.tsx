import type { JSX } from "preact";
import type { ViewFeatureRow } from "../../api/feature-shapes.ts";

const TITLES = ["Feature", "Definition", "Type", "Keys with a value", "Without", "Min", "Mean", "Max"];

/** The features of a view, with what is known of their values. */
export function FeatureTable({ features }: { features: readonly ViewFeatureRow[] }): JSX.Element {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="List of features">
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
          {features.map(({ name, definition, type, statistics }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="mono">{definition}</td>
              <td>{type ?? "computed when asked"}</td>
              <td class="number">{statistics?.values ?? "–"}</td>
              <td class="number">{statistics?.missing ?? "–"}</td>
              <td class="number">{numberText(statistics?.min)}</td>
              <td class="number">{numberText(statistics?.mean)}</td>
              <td class="number">{numberText(statistics?.max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function numberText(value: number | null | undefined): string {
  return value == null ? "–" : String(Number(value.toPrecision(6)));
}
