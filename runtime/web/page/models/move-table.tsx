import type { JSX } from "preact";
import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { ModelMoveRow } from "../../api/model-shapes.ts";
import { Moment } from "../parts/moment.tsx";

/** Every move of the aliases of a model, the newest first. */
export function MoveTable({ moves }: { moves: readonly ModelMoveRow[] }): JSX.Element {
  if (moves.length === 0)
    return (
      <p class="empty">
        No alias has been set yet: <code>millrace models promote NAME@7 --alias production</code> sets one.
      </p>
    );
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Moves of aliases">
      <table class="models">
        <thead>
          <tr>
            {["Alias", "From", "To", "How", "When", "User", "Reason"].map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moves.map(({ alias, from, to, action, at, user, reason }, index) => (
            <tr key={moves.length - index}>
              <th scope="row">{alias}</th>
              <td class="number">{from ?? "–"}</td>
              <td class="number">{to ?? "–"}</td>
              <td>{action}</td>
              <td>
                <Moment at={at} />
              </td>
              <td>{visibleLine(user)}</td>
              <td>{visibleLine(reason ?? "")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
