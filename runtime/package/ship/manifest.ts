import fs from "node:fs";
import path from "node:path";
import { isRecord } from "../../../sdk/base/is-record.ts";

/** What matters here of a `package.json`. */
export interface Manifest {
  readonly name: string | null;
  readonly version: string | null;
  /** Names of the packages that it may load, whether they are installed or not. */
  readonly needs: readonly string[];
  readonly optional: readonly string[];
  /** Systems that it is for; null: all. */
  readonly systems: readonly string[] | null;
  /** It says that it is made for some processors, C libraries or systems, of those that people use. */
  readonly isForSome: boolean;
  /** The targets of its `imports` that are packages. */
  readonly imported: readonly string[];
  readonly content: Readonly<Record<string, unknown>>;
}

/** Reads a folder's `package.json`; one that is missing or makes no sense says nothing, as for Node. */
export function readManifest(folder: string): Manifest {
  const content = jsonObject(path.join(folder, "package.json"));
  const optional = keysOf(content["optionalDependencies"]);
  const systems = textsOf(content["os"]);
  return {
    name: textOf(content["name"]),
    version: textOf(content["version"]),
    needs: [...new Set([...keysOf(content["dependencies"]), ...optional, ...peersOf(content)])],
    optional,
    systems: systems.length === 0 ? null : systems,
    isForSome: ["cpu", "libc"].some((key) => textsOf(content[key]).length > 0) || !areAll(systems),
    imported: targetsOf(content["imports"]).filter((target) => !/^[./]/.test(target)),
    content,
  };
}

/** The nearest folder upward with a `package.json`; null if there is none. */
export function nearestManifestFolder(from: string): string | null {
  if (fs.existsSync(path.join(from, "package.json"))) return from;
  const parent = path.dirname(from);
  return parent === from ? null : nearestManifestFolder(parent);
}

/** Pure JavaScript that names the systems it was tried on is as good on any of them. */
function areAll(systems: readonly string[]): boolean {
  const isOpen = systems.every((system) => system.startsWith("!"));
  return ["linux", "darwin", "win32"].every((one) => (isOpen ? !systems.includes(`!${one}`) : systems.includes(one)));
}

/** A compiler is a peer for the sake of types, and optional then: whoever runs code has no use for it. */
function peersOf(content: Readonly<Record<string, unknown>>): string[] {
  const meta = content["peerDependenciesMeta"];
  const isOptional = (name: string) =>
    isRecord(meta) && isRecord(meta[name]) && (meta[name] as { optional?: unknown }).optional === true;
  return keysOf(content["peerDependencies"]).filter((name) => name !== "typescript" || !isOptional(name));
}

function jsonObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function targetsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(targetsOf);
  return isRecord(value) ? Object.values(value).flatMap(targetsOf) : [];
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function keysOf(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
