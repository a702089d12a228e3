import { featureText, windowText } from "../../runtime/catalog/features/feature-text.ts";
import {
  definitionHash,
  definitionRecord,
  storedFeature,
} from "../../runtime/catalog/features/online/definition-record.ts";
import { type ListedView, listedViews } from "../../runtime/catalog/features/online/listed-views.ts";
import type { ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import { featureUsers } from "../../runtime/catalog/models/feature-users.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { FeatureStatistics } from "../../runtime/datastore/kinds/feature-snapshot.ts";
import { markup } from "../../runtime/render/html.ts";
import { facts } from "../../runtime/render/parts.ts";
import { messageOf } from "../base/message-of.ts";
import { page } from "../client/display/page.ts";
import { storeOf } from "../client/client-options.ts";
import type { MimeBundle } from "../client/mime-bundle.ts";
import { htmlTable } from "./html-table.ts";

/** A view as it was declared, and what the datastore knows of it. */
export function viewPage(view: ViewSpec): MimeBundle {
  const stored = storedOf(view);
  const rows: (readonly [string, string | null])[] = [
    ["entity", `${view.entity.name} (${[...view.entity.keys].map(([key, type]) => `${key}: ${type}`).join(", ")})`],
    ["source", `${view.source.kind}  ${view.source.title}`],
    ["owner", view.owner],
    ["tags", view.tags.join(", ")],
    ["ttl", view.ttlMs === null ? null : windowText(view.ttlMs)],
    ...stored.facts,
  ];
  const features = [...view.features].map(([name, spec]) => [
    ...[name, featureText(storedFeature(spec))],
    ...statisticsCells(stored.statistics[name]),
  ]);
  const header = ["feature", "definition", "type", "values", "missing", "min", "mean", "max"];
  const told = rows.filter(([, value]) => value !== null && value !== "");
  const text = [
    `FeatureView ${view.name}`,
    ...told.map(([name, value]) => `  ${name}: ${value ?? ""}`),
    ...features.map((cells) => `  ${cells.filter((cell) => cell !== "").join("  ")}`),
  ].join("\n");
  const body = markup`<h4>${view.name}</h4>
    ${view.description === null ? "" : markup`<p>${view.description}</p>`}
    ${facts(rows)}
    ${htmlTable(header, features)}`;
  return page({ text, body });
}

interface Stored {
  readonly facts: readonly (readonly [string, string])[];
  readonly statistics: Readonly<Record<string, FeatureStatistics>>;
}

/** A view can be shown where there is no datastore. */
function storedOf(view: ViewSpec): Stored {
  try {
    const store = storeOf({});
    const found = listedViews(store).find(({ name }) => name === view.name);
    if (found === undefined) return { facts: [["materialized", "not yet"]], statistics: {} };
    if (!("snapshot" in found)) return { facts: [["problem", found.problem]], statistics: {} };
    return known(store, view, found);
  } catch (error) {
    return { facts: [["datastore", messageOf(error).split("\n", 1)[0] ?? ""]], statistics: {} };
  }
}

function known(store: Datastore, view: ViewSpec, { snapshot, version, versions }: ListedView): Stored {
  const hash = definitionHash(definitionRecord(view));
  const own = versions.find((one) => one.hash === hash);
  const answers = `version ${version.number}, as of ${new Date(snapshot.until).toISOString()}`;
  const { newest } = snapshot;
  const users = featureUsers(store, view.name).map(
    ({ model, number, aliases }) => `${model}@${number}${aliases.length === 0 ? "" : ` (${aliases.join(", ")})`}`,
  );
  return {
    facts: [
      ["version", own === undefined ? "a new one, which was not materialized" : String(own.number)],
      ["snapshot", `${answers}, ${snapshot.keys} keys of ${snapshot.rows} rows`],
      ["newest row", newest === null ? "none" : new Date(newest).toISOString()],
      ["used by", users.join(", ")],
    ],
    // Of another definition they would say nothing of this one.
    statistics: version.hash === hash ? snapshot.statistics : {},
  };
}

function statisticsCells(known: FeatureStatistics | undefined): string[] {
  if (known === undefined) return ["", "", "", "", "", ""];
  const { type, values, missing, min, mean, max } = known;
  const numbers = [min, mean, max].map((number) => (number === null ? "" : String(Number(number.toPrecision(6)))));
  return [type, String(values), String(missing), ...numbers];
}
