import fs from "node:fs";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { isRecord } from "../../../../sdk/base/is-record.ts";

/** What `npm init` puts where a test should be. */
const NO_TEST = 'echo "Error: no test specified" && exit 1';

/** A project's own package.json with the scripts and packages of the template that it lacks; nothing of it changes. */
export function completeManifest(file: string, template: string): string {
  const { own, indent } = manifestIn(file);
  const wanted = record(JSON.parse(template));
  const all: Record<string, unknown> = { ...own };
  const named = { ...record(own["devDependencies"]), ...record(own["dependencies"]) };
  for (const key of ["scripts", "dependencies", "devDependencies"]) {
    const before = record(own[key]);
    const isMissing = ([name]: [string, unknown]) =>
      key === "scripts" ? before[name] === undefined || before[name] === NO_TEST : named[name] === undefined;
    const added = Object.entries(record(wanted[key])).filter(isMissing);
    if (added.length > 0) all[key] = { ...before, ...Object.fromEntries(added) };
  }
  // Not the `type`: what is there may be CommonJS, and the template's files work in both.
  if (wanted["workspaces"] !== undefined) all["workspaces"] ??= wanted["workspaces"];
  return `${JSON.stringify(all, null, indent)}\n`;
}

interface OwnManifest {
  readonly own: Readonly<Record<string, unknown>>;
  /** Of the first member. */
  readonly indent: string;
}

function manifestIn(file: string): OwnManifest {
  try {
    const text = fs.readFileSync(file, "utf8");
    const own = JSON.parse(text) as unknown;
    if (isRecord(own)) return { own, indent: /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? "  " };
  } catch (cause) {
    throw unreadable(file, messageOf(cause));
  }
  throw unreadable(file, "it is not an object");
}

function unreadable(file: string, why: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot add to the project because its package.json cannot be read: ${file}`,
    details: [why],
    hint: "correct the file, or name another folder",
  });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
