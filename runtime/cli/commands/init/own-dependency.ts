import fs from "node:fs";
import path from "node:path";
import { ownFile } from "../../../own-file.ts";
import { packageVersion } from "../../package-version.ts";
import { isRecord } from "../../../../sdk/base/is-record.ts";

/** How a project names the package that runs now: as it was installed itself, so that it gets the same. */
export function ownDependency(): string {
  const home = path.dirname(path.dirname(ownFile("cli.cjs")));
  const modules = path.dirname(home);
  // A checkout of the repository, not an installed package.
  if (path.basename(modules) !== "node_modules") return `file:${home}`;
  const root = path.dirname(modules);
  const place = installedFrom(path.join(modules, ".package-lock.json")) ?? namedIn(path.join(root, "package.json"));
  if (place === null || !place.startsWith("file:")) return packageVersion();
  const file = path.resolve(root, place.slice("file:".length));
  return fs.existsSync(file) ? `file:${file}` : packageVersion();
}

/** What npm noted of the installed package. */
function installedFrom(lockfile: string): string | null {
  const { packages } = jsonIn(lockfile);
  if (!isRecord(packages)) return null;
  const entry = packages["node_modules/millrace"];
  return isRecord(entry) && typeof entry["resolved"] === "string" ? entry["resolved"] : null;
}

/** What the project itself says, which other package managers leave to it. */
function namedIn(manifest: string): string | null {
  const { dependencies, devDependencies } = jsonIn(manifest);
  for (const list of [dependencies, devDependencies])
    if (isRecord(list) && typeof list["millrace"] === "string") return list["millrace"];
  return null;
}

function jsonIn(file: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(fs.readFileSync(file, "utf8")) as unknown;
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
