import fs from "node:fs";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { AWS_SETTINGS, type AwsSettings } from "./aws-settings.ts";
import { writeWhole } from "../../../process/write-whole.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";

/** A setting that is not what it was. */
export interface SettingChange {
  readonly key: string;
  /** Null if there was none. */
  readonly before: string | null;
  readonly after: string;
}

export interface ProjectFile {
  /** All that the file held. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly settings: AwsSettings;
}

/** Lays settings over what a file holds, and leaves the rest of it; writes it whole or not at all. Says what changed. */
export function writeProjectFile(file: string, { content, settings }: ProjectFile): readonly SettingChange[] {
  const changes = AWS_SETTINGS.flatMap(({ key }): SettingChange[] => {
    const [before, after] = [content[key], settings[key]];
    if (after === undefined || after === before) return [];
    return [{ key, before: typeof before === "string" ? before : null, after }];
  });
  if (changes.length > 0) replace(file, { ...content, ...settings });
  return changes;
}

function replace(file: string, content: Readonly<Record<string, unknown>>): void {
  // A link stays one: what it leads to is replaced.
  const place = fs.existsSync(file) ? fs.realpathSync(file) : file;
  try {
    writeWhole(place, `${JSON.stringify(content, null, 2)}\n`);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot write ${file} because ${messageOf(cause)}`,
      hint: "run the command where you may write, or make the file writable",
      cause,
    });
  }
}
