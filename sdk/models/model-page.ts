import { inspect } from "node:util";
import { gitText } from "../../runtime/catalog/models/git-text.ts";
import { markup } from "../../runtime/render/html.ts";
import { sizeText } from "../../runtime/text/size-text.ts";
import { page } from "../client/display/page.ts";
import type { MimeBundle } from "../client/mime-bundle.ts";
import type { ModelLineage } from "./model-lineage.ts";

/** What a page shows of a version. */
export interface ShownModel {
  readonly metrics: Readonly<Record<string, number>>;
  readonly aliases: readonly string[];
  readonly description: string | null;
  readonly registeredAt: Date;
  readonly username: string;
  readonly type: string;
  readonly size: number;
  readonly hash: string;
  toString(): string;
}

/** A version: its aliases, metrics, and what it was made from. */
export function modelPage(model: ShownModel, lineage: ModelLineage): MimeBundle {
  const { type, size, hash, description, username, registeredAt } = model;
  const rows = [...metricRows(model), ...lineageRows(lineage)];
  const text = [inspect(model), ...rows.map(([name, value]) => `  ${name}: ${value}`)].join("\n");
  const body = markup`<h4>${model.toString()} ${model.aliases.map((alias) => markup`<code>${alias}</code> `)}</h4>
    <div class="dim">${type}, ${sizeText(size)}, ${hash.slice(0, 8)}, by ${username}, ${registeredAt.toISOString()}</div>
    ${description === null ? "" : markup`<p>${description}</p>`}
    <table>${rows.map(([name, value]) => markup`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;
  return page({ text, body });
}

function metricRows({ metrics }: ShownModel): [string, string][] {
  return Object.entries(metrics).map(([name, value]) => [name, String(value)]);
}

function lineageRows({ task, code, git, environment, data, features }: ModelLineage): [string, string][] {
  return [
    ["task", task],
    ["code", `${code.file}, package ${code.hash.slice(0, 8)}`],
    ...(git === null ? [] : [["commit", gitText(git)] satisfies [string, string]]),
    ["millrace, node", `${environment.millrace}, ${environment.node}`],
    ...features.map(({ view, version, features: names }): [string, string] => [
      view,
      `features, version ${version}: ${names.join(", ")}`,
    ]),
    ...data.map(({ name, type, hash }): [string, string] => [name, `${type}, ${hash.slice(0, 8)}`]),
  ];
}
