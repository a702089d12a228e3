import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { findView } from "../../../catalog/features/online/listed-views.ts";
import { storedView } from "../../../catalog/features/online/stored-view.ts";
import { onlineAnswers } from "../../../catalog/features/redis/online-answers.ts";
import { previewText } from "../../../text/preview-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { jsonValue } from "../../show/json-value.ts";
import { tableText } from "../../show/table-text.ts";
import type { GetFlags } from "./flags.ts";
import { viewNamed, viewsInFile } from "./views-in-file.ts";

/** `features get VIEW KEY=VALUE`. */
export async function getFeatures(
  context: StoreContext,
  { name, keys, file, ...flags }: GetFlags & { readonly name: string; readonly keys: readonly string[] },
): Promise<void> {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const listed = findView(store, name);
  const view = file === undefined ? storedView(listed) : viewNamed(await viewsInFile(context, file), name);
  const key = keyGiven([...view.entity.keys.keys()], keys);
  const online = onlineAnswers(store, name, context.settings);
  const columns = new Map([...key].map(([part, text]) => [part, [text]]));
  // What is written on a command line is text, as a field of CSV is.
  const asked = { length: 1, columns, isText: true, where: () => "the command line" };
  const found = await online.answer(view, [...view.features.keys()], asked);
  const values = [...found.values].map(([feature, [value]]) => [feature, value] as const);
  online.close();
  const { snapshot, version } = listed;
  const until = new Date(snapshot.until).toISOString();
  if (output.isJson) {
    const features = Object.fromEntries(values.map(([feature, value]) => [feature, valueJson(value)]));
    return output.json({ view: name, version: version.number, until, key: Object.fromEntries(key), features });
  }
  const rows = values.map(([feature, value]) => [feature, valueText(value)]);
  output.print(tableText({ header: ["FEATURE", "VALUE"], styleHeader: output.colors.dim, rows }));
  const others = Object.keys(version.definition.features).filter((one) => !values.some(([feature]) => feature === one));
  if (others.length > 0) output.note(`--file with the view's definition also gives ${others.join(", ")}`);
}

function keyGiven(names: readonly string[], given: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at);
    if (at < 0 || !names.includes(name)) {
      const near = nearest(name, names);
      throw wrongKey(`${text} is not one of its keys`, {
        names,
        hint: near === null ? null : `did you mean ${near}=…?`,
      });
    }
    found.set(name, text.slice(at + 1));
  }
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) throw wrongKey(`${missing} is missing`, { names, hint: `add ${missing}=VALUE` });
  return found;
}

function wrongKey(seen: string, { names, hint }: { readonly names: readonly string[]; readonly hint: string | null }) {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot look up features because ${seen}`,
    details: [`wanted: ${names.map((name) => `${name}=VALUE`).join(" ")}`],
    ...(hint === null ? {} : { hint }),
  });
}

/** A value as it is written in code, whole where it is a text. */
function valueText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return previewText(value ?? null, { maxDepth: null, hasColors: false });
}

/** As `--json` has the value of an artifact. */
function valueJson(value: unknown): unknown {
  const json = jsonValue(value ?? null);
  return "value" in json ? json.value : json.plain;
}
