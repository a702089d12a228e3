import fs from "node:fs";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { exactJson } from "./exact-json.ts";
import { kindOf, likeDefault, MISMATCH } from "./like-default.ts";
import { valueText } from "./value-text.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

export interface ConfigDeclaration {
  readonly name: string;
  /** Says the kind where there is no schema. */
  readonly initial: unknown;
  readonly hasSchema: boolean;
}

/** Reads a configuration's file. */
export function readConfig(file: string, of: ConfigDeclaration): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_MISSING_FILE",
      headline: `Cannot read the configuration ${of.name} because its file cannot be read: ${file}`,
      details: [messageOf(cause)],
      hint: `name another with --config ${of.name} <file>`,
      cause,
    });
  }
  return parseConfig(text, { ...of, place: file });
}

/**
 * A configuration's JSON as a value of the kind of its default.
 * @throws MillraceError that names the configuration and where it was given
 */
export function parseConfig(text: string, of: ConfigDeclaration & { readonly place: string }): unknown {
  const { name, initial, place } = of;
  const parsed = exactJson(text);
  if ("problem" in parsed) {
    throw new MillraceError({
      code: "MILLRACE_CONFIG",
      headline: `Cannot read configuration because it is not JSON${parsed.isInexact ? " that numbers can hold" : ""}: ${place}`,
      details: [parsed.problem],
      hint: 'write JSON, as in {"gpus": 2}, and what numbers cannot hold as text',
    });
  }
  const value = of.hasSchema ? parsed.value : likeDefault(parsed.value, initial);
  if (value !== MISMATCH) return value;
  throw new MillraceError({
    code: "MILLRACE_CONFIG",
    headline: `Cannot use configuration ${name} because it takes ${kindOf(initial)}, not ${kindOf(parsed.value)}: ${valueText(parsed.value)}`,
    details: [`given by ${place}`],
    hint: `its default is ${valueText(initial)}; @config({ schema }) may take more`,
  });
}
