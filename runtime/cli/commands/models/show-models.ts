import { listModels } from "../../../catalog/models/list-models.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { tableText } from "../../show/table-text.ts";

/** `models list`. */
export function showModels(context: StoreContext, flags: InspectOptions): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const all = listModels(store);
  if (output.isJson) return output.json(all);
  if (all.length === 0)
    return output.note(
      `no model in ${store.storage.location}: current.registerModel in a step makes one, or models register`,
    );
  output.print(
    tableText({
      header: ["MODEL", "LATEST", "VERSIONS", "ALIASES"],
      right: [1, 2],
      styleHeader: output.colors.dim,
      rows: all.map(({ name, latest, versions, aliases, problem }) => [
        name,
        String(latest),
        String(versions),
        problem?.split("\n")[0] ??
          Object.entries(aliases)
            .map(([alias, number]) => `${alias} ${number}`)
            .join(", "),
      ]),
    }),
  );
}
