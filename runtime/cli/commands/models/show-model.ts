import { aliasesOf } from "../../../catalog/models/aliases-of.ts";
import { gitText } from "../../../catalog/models/git-text.ts";
import { lineageFacts } from "../../../catalog/models/lineage-facts.ts";
import { findVersion } from "../../../catalog/models/list-models.ts";
import { ModelStore } from "../../../catalog/models/model-store.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { ModelSchema, ModelVersion } from "../../../datastore/kinds/model-version.ts";
import type { ArtifactTable } from "../../../datastore/records.ts";
import { agoText, localTimeText } from "../../../text/duration-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { type ArtifactView, artifactViews } from "../../show/artifact-view.ts";
import { artifactsJson, artifactsText } from "../../show/artifacts-text.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import { tableText } from "../../show/table-text.ts";
import { modelJson } from "./model-json.ts";
import { modelMetricsText } from "./model-metrics-text.ts";

/** Larger values are not loaded. */
const MAX_BYTES = 1_000_000;
const HASH_CHARS = 8;

/** `models show churn@7`: the version, and its lineage. */
export function showModel(context: StoreContext, reference: string, flags: InspectOptions): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const version = findVersion(store, reference);
  const { aliases } = new ModelStore(store).aliases(version.model);
  const facts = lineageFacts(version);
  const { parameters, configs } = version.lineage;
  if (output.isJson) {
    const values = {
      parameters: artifactsJson(views(store, parameters)),
      configs: artifactsJson(views(store, configs)),
    };
    return output.json({ ...modelJson(version, aliases), lineage: { ...facts, ...values } });
  }
  const { colors } = output;
  const names = aliasesOf(version, aliases);
  const title = colors.bold(`${version.model}@${version.number}`);
  output.print(names.length === 0 ? title : `${title}  ${colors.green(names.join(", "))}`);
  output.print(rowsText(version, facts));
  const values = views(store, { ...configs, ...parameters });
  if (values.length > 0) output.print(`\nparameters\n${artifactsText(values, { output, maxDepth: null })}`);
  if (facts.data.length > 0)
    output.print(
      `\ndata\n${tableText({
        header: ["NAME", "TYPE", "SIZE", "HASH"],
        right: [2],
        indent: "  ",
        styleHeader: colors.dim,
        rows: facts.data.map(({ name, type, size, hash }) => [name, type, sizeText(size), short(hash)]),
      })}`,
    );
}

function rowsText(version: ModelVersion, facts: ReturnType<typeof lineageFacts>): string {
  const { description, artifact, input, output, metrics } = version;
  const { run, task, code, git, environment, at, username, host } = facts;
  const now = Date.now();
  const ago = (time: Date) => `${localTimeText(time.getTime())}, ${agoText(time.getTime(), now)}`;
  const packages = Object.entries(environment.packages).map(([name, exact]) => `${name} ${exact}`);
  const rows: readonly (readonly [string, string | null])[] = [
    ["description", description],
    ["metrics", modelMetricsText(version, Object.keys(metrics).length)],
    ["artifact", `${facts.artifact}  ${artifact.type}  ${sizeText(artifact.size)}  ${short(artifact.hash)}`],
    ["input", schemaText(input)],
    ["output", schemaText(output)],
    ["registered", `by ${username} on ${host}, ${ago(at)}`],
    ["task", task],
    [
      "run",
      `by ${run.username}, ${ago(run.startedAt)}${run.originRunId === null ? "" : `, resumed ${run.originRunId}`}`,
    ],
    ...facts.features.map(({ view, version: number, features }): [string, string] => [
      "features",
      `${view}, version ${number}: ${features.join(", ")}`,
    ]),
    ["code", `${code.file}, package ${short(code.hash)}`],
    ["commit", git === null ? null : gitText(git)],
    ["millrace", `${environment.millrace}, node ${environment.node}`],
    ["packages", packages.join(", ")],
  ];
  const told = rows.filter((row): row is readonly [string, string] => row[1] !== null && row[1] !== "");
  const [, ...lines] = tableText({ header: ["", ""], rows: told, indent: "  " }).split("\n");
  return lines.join("\n");
}

function schemaText(schema: ModelSchema | null): string | null {
  if (schema === null) return null;
  return schema.json === null ? schema.vendor : `${schema.vendor}  ${JSON.stringify(schema.json)}`;
}

function views({ blobs }: Datastore, table: ArtifactTable): ArtifactView[] {
  return artifactViews(table, { blobs, maxBytes: MAX_BYTES, only: undefined });
}

function short(hash: string): string {
  return hash.slice(0, HASH_CHARS);
}
