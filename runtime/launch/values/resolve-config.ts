import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { userPath } from "../../settings/user-path.ts";
import type { FlowField } from "./flow-fields.ts";
import { parseConfig } from "./parse-config.ts";
import { readConfig } from "./read-config.ts";
import { validated } from "./read-parameter.ts";

/** What the user gave for the configurations of a run. */
export interface GivenConfigs {
  /** `--config name file` */
  readonly files: ReadonlyMap<string, string>;
  /** `--config-value name json` */
  readonly values: ReadonlyMap<string, string>;
  /** Values of the origin run, for a resume. */
  readonly inherited?: Readonly<Record<string, unknown>>;
  readonly flowFile: string;
  readonly cwd: string;
}

type ConfigField = Extract<FlowField, { kind: "config" }>;

/**
 * A configuration's value: `--config-value name json`, `--config name file`, else the origin's, else the file that the code
 * names, else what the initializer made.
 */
export async function resolveConfig(field: ConfigField, given: GivenConfigs): Promise<unknown> {
  const { name, options } = field;
  const { inherited = {} } = given;
  const isGiven = given.values.has(name) || given.files.has(name);
  // What a schema made of it already, it need not take again.
  if (!isGiven && Object.hasOwn(inherited, name)) return inherited[name];
  const value = await valueOf(field, given);
  return options.schema === undefined ? value : await validated(options.schema, { name, value });
}

async function valueOf({ name, options, initial }: ConfigField, given: GivenConfigs): Promise<unknown> {
  const { schema, parser } = options;
  const of = { name, initial, hasSchema: schema !== undefined, parser };
  const text = given.values.get(name);
  if (text !== undefined) return parseConfig(text, { ...of, place: `--config-value ${name}` });
  const file = given.files.get(name);
  if (file !== undefined) return readConfig(userPath(file, given.cwd), of);
  if (options.file === undefined) return initial;
  const declared = userPath(options.file, path.dirname(given.flowFile));
  if (!fs.existsSync(declared)) throw missing(name, { declared, ...options });
  return readConfig(declared, of);
}

/** @throws MillraceError for a configuration that the flow does not declare */
export function refuseUnknownConfigs(known: ReadonlySet<string>, { values, files }: GivenConfigs): void {
  const unknown = [...values.keys(), ...files.keys()].find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot set configuration ${unknown} because the flow declares none of that name`,
    hint: known.size === 0 ? "declare it with @config()" : `it declares ${[...known].join(", ")}`,
  });
}

function missing(name: string, { declared, file = "" }: { declared: string; file?: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot read the configuration ${name} because its file does not exist: ${declared}`,
    details: [`@config({ file: ${JSON.stringify(file)} }) names it; such a path is relative to the flow's file`],
    hint: `create it, name another with --config ${name} <file>, or give the value with --config-value ${name} <json>`,
  });
}
