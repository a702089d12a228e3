import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import type { ModuleExports } from "../../../runtime/package/code-package.ts";
import { loadPackage } from "../../../runtime/package/load-package.ts";
import {
  type PreparedShipment,
  type PrepareShipmentOptions,
  prepareShipment,
} from "../../../runtime/package/ship/prepare-shipment.ts";
import type { Shipment } from "../../../runtime/datastore/shipment.ts";
import { storeShipment } from "../../../runtime/package/ship/store-shipment.ts";
import { unpackArchive } from "../../../runtime/package/ship/unpack-archive.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

/** Makes a folder with these files; it is removed when the test is over. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

/** The files of a package, below a folder. */
export function packageIn(
  folder: string,
  manifest: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const all = { "package.json": JSON.stringify({ version: "1.0.0", ...manifest }), ...files };
  return Object.fromEntries(Object.entries(all).map(([name, text]) => [`${folder}/${name}`, text]));
}

/** Installs what the folder's `package.json` asks for, from the disk alone. */
export function npmInstall(folder: string): void {
  npm(["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"], folder);
}

/** A package as npm publishes it; the archive's path. */
export function npmPack(files: Readonly<Record<string, string>>): string {
  const folder = folderOf(files);
  const [packed] = JSON.parse(npm(["pack", "--json", "--loglevel=error"], folder)) as { filename: string }[];
  return path.join(folder, packed!.filename);
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

export interface Shipped {
  readonly prepared: PreparedShipment;
  readonly shipment: Shipment;
  /** Where it was unpacked. */
  readonly folder: string;
  /** What lies there, sorted, without folders. */
  readonly names: readonly string[];
  /** The text of an unpacked file. */
  text(name: string): string;
  /** Evaluates the flow's modules there. */
  evaluate(): Promise<ModuleExports>;
}

/** Sends what a flow file needs to a fresh folder; from then on the project is gone. */
export async function ship(flowFile: string, options: Partial<PrepareShipmentOptions> = {}): Promise<Shipped> {
  const bundle = await bundleFlow(flowFile);
  const prepared = await prepareShipment(bundle, {
    cwd: path.dirname(flowFile),
    include: [],
    cacheFolder: temporaryFolder(),
    ...options,
  });
  const store = openDatastore(path.join(temporaryFolder(), "store"));
  prepareDatastore(store);
  const shipment = storeShipment(store.blobs, prepared);
  store.blobs.settle();
  const folder = temporaryFolder();
  for (const { blob } of shipment.archives) await unpackArchive(store.blobs, blob, folder);
  return {
    prepared,
    shipment,
    folder,
    names: filesBelow(folder),
    text: (name) => fs.readFileSync(path.join(folder, name), "utf8"),
    async evaluate() {
      fs.renameSync(bundle.root, path.join(temporaryFolder(), "gone"));
      const root = path.join(folder, shipment.root);
      return (
        await loadPackage(bundle.code, { root, scriptName: "shipped.js", own: {}, home: null, environment: null })
      )();
    },
  };
}

/** Names of files and links below a folder, sorted. Node's own recursion goes through links to folders from version 24 on. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(path.join(folder, entry.name)).map((name) => path.join(entry.name, name))
        : [entry.name],
    )
    .sort();
}
