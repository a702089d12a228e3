import type { JSX } from "preact";
import { visible, visibleLine } from "../../../../sdk/base/visible.ts";
import type { RunViewProps } from "./run-view-props.ts";

/** What the run was started with. */
export function ParametersView({ answer: { shownParameters } }: RunViewProps): JSX.Element {
  if (shownParameters.length === 0) return <p class="empty">The flow has no parameters.</p>;
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Parameters">
      <table class="parameters">
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Value</th>
            <th scope="col">Type</th>
          </tr>
        </thead>
        <tbody>
          {shownParameters.map(({ name, type, text }) => (
            <tr key={name}>
              <th scope="row" class="mono">
                {visibleLine(name)}
              </th>
              <td class="mono value">{visible(text)}</td>
              <td class="quiet">{visibleLine(type)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
