import { compareVersions } from "../../../catalog/models/compare-versions.ts";
import { findVersion } from "../../../catalog/models/list-models.ts";
import type { StoreContext } from "../../cli-context.ts";
import { cellText } from "../../show/cell-text.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { jsonValue } from "../../show/json-value.ts";
import { tableText } from "../../show/table-text.ts";

/** `models diff churn@6 churn@7`. */
export function showDiff(
  context: StoreContext,
  call: InspectOptions & { readonly from: string; readonly to: string },
): void {
  const output = context.output(call);
  const store = context.datastore(call);
  const [before, after] = [findVersion(store, call.from), findVersion(store, call.to)];
  const [from, to] = [before, after].map(({ model, number }) => `${model}@${number}`) as [string, string];
  const changes = compareVersions(store, [before, after]);
  if (output.isJson)
    return output.json({
      ...{ from, to },
      changes: changes.map(({ part, name, ...values }) => ({
        ...{ part, name, from: plain(values.from), to: plain(values.to) },
      })),
    });
  if (changes.length === 0) return output.note(`${from} and ${to} do not differ`);
  output.print(
    tableText({
      header: ["PART", "NAME", from, to],
      styleHeader: output.colors.dim,
      rows: changes.map((change) => [change.part, change.name, shown(change.from), shown(change.to)]),
    }),
  );
}

/** A version that has nothing there has no such field. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined;
  const json = jsonValue(value);
  return "value" in json ? json.value : json.plain;
}

function shown(value: unknown): string {
  return value === undefined ? "-" : cellText(value);
}
