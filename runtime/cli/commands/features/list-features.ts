import { type ListedView, listedViews, saysWords } from "../../../catalog/features/online/listed-views.ts";
import { agoText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { tableText } from "../../show/table-text.ts";
import { viewJson } from "./view-json.ts";

/** `features list`, and `features search WORDS`. */
export function listFeatures(
  context: StoreContext,
  { words, ...flags }: InspectOptions & { readonly words: readonly string[] },
): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const all = listedViews(store);
  const shown = all.filter((view) => words.length === 0 || ("snapshot" in view && saysWords(view, words)));
  if (output.isJson) return output.json(shown.map((view) => ("snapshot" in view ? viewJson(view) : view)));
  if (shown.length === 0) {
    const none = `no feature view in ${store.storage.location}: features materialize FILE makes one`;
    return output.note(all.length === 0 ? none : `no feature view says ${words.join(" ")}; there are ${all.length}`);
  }
  const now = Date.now();
  output.print(
    tableText({
      header: ["VIEW", "VERSION", "ENTITY", "KEYS", "UNTIL", "NEWEST ROW", "OWNER", "FEATURES"],
      right: [1, 3],
      styleHeader: output.colors.dim,
      rows: shown.map((view) =>
        "snapshot" in view ? rowOf(view, now) : [view.name, "", "", "", "", "", "", view.problem],
      ),
    }),
  );
}

function rowOf({ name, snapshot, version }: ListedView, now: number): string[] {
  const { keys, until, newest, owner } = snapshot;
  const { entity, features } = version.definition;
  const age = newest === null ? "none" : agoText(newest, now);
  const instant = new Date(until).toISOString();
  return [
    ...[name, String(version.number), entity.name, String(keys), instant, age, owner ?? ""],
    Object.keys(features).join(", "),
  ];
}
