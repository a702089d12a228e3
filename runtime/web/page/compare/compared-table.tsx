import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunRow } from "../../api/shapes.ts";

interface ComparedRow {
  readonly name: string;
  /** Of each run; null where it has none. */
  readonly cells: readonly (string | null)[];
  /** What tells equal ones, where the shown text does not. */
  readonly marks?: readonly string[];
}

interface ComparedTableProps {
  readonly runs: readonly RunRow[];
  readonly rows: readonly ComparedRow[];
  readonly empty: string;
  readonly isNumeric?: boolean;
}

/** A column a run; rows that differ are marked, and can be had alone. */
export function ComparedTable({ runs, rows, empty, isNumeric = false }: ComparedTableProps): JSX.Element {
  const [isDifferent, setDifferent] = useState(false);
  if (rows.length === 0) return <p class="quiet">{empty}</p>;
  const shown = isDifferent ? rows.filter(differs) : rows;
  const isMixed = rows.some(differs) && !rows.every(differs);
  return (
    <>
      {isMixed && (
        <label class="only">
          <input
            type="checkbox"
            checked={isDifferent}
            onChange={({ currentTarget }) => setDifferent(currentTarget.checked)}
          />{" "}
          Only what differs
        </label>
      )}
      <div class="wide" tabIndex={0} role="region" aria-label="Compared values">
        <table class="compare">
          <thead>
            <tr>
              <th scope="col">Name</th>
              {runs.map((run) => (
                <th scope="col" key={`${run.flow}/${run.id}`} class="mono">
                  {visibleLine(run.id.slice(-5))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.name} class={differs(row) ? "differs" : ""}>
                <th scope="row" class="mono">
                  {visibleLine(row.name)}
                  {differs(row) && <span class="differs-mark"> ≠</span>}
                  {differs(row) && <span class="unseen"> differs</span>}
                </th>
                {row.cells.map((cell, at) => (
                  <td key={at} class={isNumeric ? "number" : "mono value"}>
                    {cell === null ? <span class="quiet">none</span> : visible(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function differs({ cells, marks }: ComparedRow): boolean {
  const all = cells.map((cell, at) => (cell === null ? null : (marks?.[at] ?? cell)));
  return all.some((one) => one !== all[0]);
}
