import { markup } from "../../runtime/render/html.ts";
import { page } from "../client/display/page.ts";
import type { MimeBundle } from "../client/mime-bundle.ts";
import type { FeatureViewSummary } from "./feature-view-summary.ts";
import { htmlTable } from "./html-table.ts";

/** All views of a datastore. */
export function listedPage(views: readonly FeatureViewSummary[]): MimeBundle {
  if (views.length === 0)
    return page({ text: "no feature view", body: markup`<div class="dim">no feature view was materialized</div>` });
  const rows = views.map(({ name, version, entity, keys, until, owner, tags, features, description, problem }) => [
    ...[name, String(version ?? ""), entity ?? "", String(keys ?? ""), until?.toISOString() ?? "", owner ?? ""],
    ...[tags.join(", "), features.join(", "), problem ?? description ?? ""],
  ]);
  const header = ["view", "version", "entity", "keys", "as of", "owner", "tags", "features", "description"];
  return page({ text: [header, ...rows].map((cells) => cells.join("  ")).join("\n"), body: htmlTable(header, rows) });
}
