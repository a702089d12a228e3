import fs from "node:fs";
import path from "node:path";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { Output } from "../../output.ts";
import { completeManifest } from "./complete-manifest.ts";
import { ownDependency } from "./own-dependency.ts";
import { templateFiles } from "./template-files.ts";
import { templateNamed } from "./templates.ts";

export interface InitOptions {
  readonly template: string;
  readonly cwd: string;
  readonly output: Output;
}

const MANIFEST = "package.json";

/** Writes the files of a template into a folder, all of them or none, and says what to do next. */
export function initProject(given: string, { template, cwd, output }: InitOptions): void {
  const { name, flow } = templateNamed(template);
  const folder = userPath(given, cwd);
  const files = templateFiles(name, { name: packageName(folder), millrace: ownDependency() });
  const taken = [...files.keys()].filter((file) => file !== MANIFEST && isThere(path.join(folder, file)));
  if (taken.length > 0) throw isTaken(given, taken);
  const manifest = path.join(folder, MANIFEST);
  const isNew = !fs.existsSync(manifest);
  const all = new Map(files);
  if (!isNew) all.set(MANIFEST, completeManifest(manifest, files.get(MANIFEST) ?? ""));
  write(folder, all);

  const made = [...files.keys()].filter((file) => isNew || file !== MANIFEST);
  output.print(`made a project of the template ${name} in ${folder}`);
  for (const file of made) output.print(`  ${file}`);
  if (!isNew) output.print(`  ${MANIFEST}, which was there: scripts and packages that it lacked were added`);
  output.print("\nnext:");
  const isElsewhere = path.relative(cwd, folder) !== "";
  for (const line of [
    ...(isElsewhere ? [`cd ${/\s/.test(given) ? JSON.stringify(given) : given}`] : []),
    "npm install",
    `npx tsx ${flow} run`,
    "npm test",
    "npm run lint",
  ])
    output.print(`  ${line}`);
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    // The one that may be there already comes last.
    for (const [name, text] of [...files].sort(
      ([one], [other]) => Number(one === MANIFEST) - Number(other === MANIFEST),
    )) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      // Should a file have come up meanwhile, it stays.
      fs.writeFileSync(file, text, { flag: name === MANIFEST ? "w" : "wx" });
    }
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot make a project because its files cannot be written: ${folder}`,
      details: [messageOf(cause)],
      hint: "name a folder that you may write to: millrace init my-flows",
      cause,
    });
  }
}

/** A link that leads nowhere is there, too. */
function isThere(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // Not even a folder: writing tells why.
    return false;
  }
}

function isTaken(folder: string, files: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a project in ${folder} because init overwrites no file: ${files.join(", ")} ${files.length === 1 ? "exists" : "exist"}`,
    hint: "name another folder, or move these files away",
  });
}

/** What npm takes as a name, of the folder's. */
function packageName(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "flows" : name;
}
