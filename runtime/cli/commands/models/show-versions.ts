import { aliasesOf } from "../../../catalog/models/aliases-of.ts";
import { listVersions } from "../../../catalog/models/list-models.ts";
import { agoText, localTimeText } from "../../../text/duration-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { tableText } from "../../show/table-text.ts";
import type { VersionsFlags } from "./flags.ts";
import { modelJson } from "./model-json.ts";
import { modelMetricsText } from "./model-metrics-text.ts";

/** `models versions NAME`: newest first. */
export function showVersions(context: StoreContext, model: string, flags: VersionsFlags): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const limit = flags.limit === 0 ? Infinity : flags.limit;
  const { versions, count, aliases } = listVersions(store, { model, limit });
  const newest = versions.toReversed();
  if (output.isJson) return output.json(newest.map((version) => modelJson(version, aliases)));
  if (count === 0) return output.note(`all versions of ${model} were removed`);
  const now = Date.now();
  output.print(
    tableText({
      header: ["VERSION", "ALIASES", "METRICS", "TYPE", "SIZE", "REGISTERED", "", "USER", "RUN"],
      right: [0, 4],
      styleHeader: output.colors.dim,
      rows: newest.map((version) => [
        String(version.number),
        aliasesOf(version, aliases).join(", "),
        modelMetricsText(version),
        version.artifact.type,
        sizeText(version.artifact.size),
        localTimeText(version.time),
        agoText(version.time, now),
        version.username,
        `${version.source.flow}/${version.source.run}`,
      ]),
    }),
  );
  const left = count - versions.length;
  if (left > 0) output.note(`${left} more; --limit 0 shows all`);
}
