import { findView, type ListedView } from "../../../catalog/features/online/listed-views.ts";
import { featureUsers, type FeatureUser } from "../../../catalog/models/feature-users.ts";
import { agoText, localTimeText } from "../../../text/duration-text.ts";
import { counted } from "../../../text/counted.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { tableText } from "../../show/table-text.ts";
import { featureText, windowText } from "../../../catalog/features/feature-text.ts";
import { viewJson } from "./view-json.ts";

/** `features show VIEW`. */
export function showFeatures(context: StoreContext, name: string, flags: InspectOptions): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const view = findView(store, name);
  const users = featureUsers(store, name);
  if (output.isJson) return output.json({ ...viewJson(view), usedBy: users });
  const { colors } = output;
  const { snapshot, version } = view;
  output.print(`${colors.bold(name)}  version ${version.number}`);
  output.print(factsText(view));
  output.print(
    `\nfeatures\n${tableText({
      header: ["NAME", "DEFINITION", "TYPE", "VALUES", "MISSING", "MIN", "MEAN", "MAX"],
      right: [3, 4, 5, 6, 7],
      indent: "  ",
      styleHeader: colors.dim,
      rows: Object.entries(version.definition.features).map(([feature, spec]) => {
        const known = Object.hasOwn(snapshot.statistics, feature) ? snapshot.statistics[feature] : undefined;
        if (known === undefined) return [feature, featureText(spec), "computed when asked", "", "", "", "", ""];
        const { type, values, missing, min, mean, max } = known;
        const numbers = [min, mean, max].map((number) =>
          number === null ? "" : String(Number(number.toPrecision(6))),
        );
        return [feature, featureText(spec), type, String(values), String(missing), ...numbers];
      }),
    })}`,
  );
  if (users.length === 0) return;
  output.print(`\nused by\n${usersText(users, colors.dim)}`);
  const inUse = users.filter(({ aliases, servers }) => aliases.length > 0 || servers.length > 0);
  if (inUse.length > 0)
    output.note(
      `a service of ${inUse.map(({ model, number }) => `${model}@${number}`).join(", ")} does not start with another definition of these features until the model is trained again`,
    );
}

function usersText(users: readonly FeatureUser[], styleHeader: (text: string) => string): string {
  return tableText({
    header: ["MODEL", "ALIASES", "VERSION", "FEATURES", "SERVED BY"],
    right: [2],
    indent: "  ",
    styleHeader,
    rows: users.map(({ model, number, aliases, version, features, servers }) => [
      ...[`${model}@${number}`, aliases.join(", "), String(version), features.join(", ")],
      servers.map(({ service, address }) => `${service} ${address}`).join(", "),
    ]),
  });
}

function factsText({ snapshot, version, versions, damaged }: ListedView): string {
  const now = Date.now();
  const ago = (time: number) => `${localTimeText(time)}, ${agoText(time, now)}`;
  const { entity, source, ttlMs } = version.definition;
  const { owner, description, tags, until, newest, time, username, host, keys, rows, size } = snapshot;
  const clocks = source.created === null ? source.event : `${source.event}, known since ${source.created}`;
  const facts: readonly (readonly [string, string | null])[] = [
    ["description", description],
    ["owner", owner],
    ["tags", tags.length === 0 ? null : tags.join(", ")],
    [
      "entity",
      `${entity.name}  ${Object.entries(entity.keys)
        .map(([key, type]) => `${key}: ${type}`)
        .join(", ")}`,
    ],
    ["source", `${source.kind}  ${snapshot.source ?? source.title}  by ${clocks}`],
    ["ttl", ttlMs === null ? null : windowText(ttlMs)],
    ["until", new Date(until).toISOString()],
    ["newest row", newest === null ? "none" : ago(newest)],
    ["snapshot", `${counted(keys, "key")} of ${counted(rows, "row")}, ${sizeText(size)}`],
    ["made", `by ${username} on ${host}, ${ago(time)}`],
    ["versions", versions.map(({ number, hash }) => `${number} (${hash.slice(0, 8)})`).join(", ")],
    ["damaged", damaged.length === 0 ? null : `version ${damaged.join(", ")}: fsck says more`],
  ];
  const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null);
  const [, ...lines] = tableText({ header: ["", ""], rows: told, indent: "  " }).split("\n");
  return lines.join("\n");
}
