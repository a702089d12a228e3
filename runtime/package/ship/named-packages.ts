import path from "node:path";
import { parse } from "acorn";
import type { CodePackage } from "../code-package.ts";
import { parseExternalSpecifier } from "../external-specifier.ts";
import { loadsIn } from "../loads.ts";
import type { PackageWant } from "./closure.ts";
import { packageName } from "./locate-package.ts";
import { nearestManifestFolder, readManifest } from "./manifest.ts";

/**
 * The packages that a flow's own modules name: in imports, in calls of `import()` and `require()`, and in any other text
 * that is the name of a declared dependency, as code often computes what it imports from such texts.
 */
export function namedPackages(code: CodePackage, root: string): PackageWant[] {
  const found = loadsIn(parse(code.script, { ecmaVersion: "latest", sourceType: "script" }));
  const from = path.dirname(path.join(root, code.flowFile));
  const wants = [
    ...code.imports.flatMap(({ specifier }) => wantsOf(specifier, { code, root, isNeeded: true })),
    ...featurePeers(code).map((name) => ({ name, from, isNeeded: false })),
    ...[...found.asked].flatMap((text) => wantsOf(text, { code, root, isNeeded: false })),
  ];
  const declared = new Set(readManifest(nearestManifestFolder(root) ?? root).needs);
  for (const text of found.texts) {
    const name = packageName(text);
    if (name !== null && declared.has(name)) wants.push({ name, from, isNeeded: false });
  }
  return wants;
}

/** Packages of the user's that parts of Millrace load, where they are there. */
const PEERS: Readonly<Record<string, string>> = { "millrace/arrow": "apache-arrow", "millrace/gpu": "webgpu" };

/** The same for what is named of `millrace/features`: sources, and what reaches the online store. */
const FEATURE_PEERS: ReadonlyMap<string, string> = new Map([
  ["parquet", "hyparquet"],
  ["arrow", "apache-arrow"],
  ["sql", "@duckdb/node-api"],
  ["features", "redis"],
]);

function featurePeers({ imports }: CodePackage): readonly string[] {
  const names = imports.filter(({ specifier }) => specifier === "millrace/features").flatMap((one) => one.names);
  return [...new Set(names.flatMap((name) => FEATURE_PEERS.get(name) ?? []))];
}

export function wantsOf(text: string, of: { code: CodePackage; root: string; isNeeded: boolean }): PackageWant[] {
  const { specifier, from: importer } = parseExternalSpecifier(text);
  const from = path.dirname(path.resolve(of.root, importer ?? of.code.flowFile));
  // Which of the targets is taken depends on where the code runs.
  if (specifier.startsWith("#")) {
    const { imported } = readManifest(nearestManifestFolder(from) ?? from);
    return imported.flatMap((target) => wantsOf(target, { ...of, isNeeded: false }).map((want) => ({ ...want, from })));
  }
  const peer = PEERS[specifier];
  if (peer !== undefined) return [{ name: peer, from, isNeeded: false }];
  const name = packageName(specifier);
  return name === null ? [] : [{ name, from, isNeeded: of.isNeeded }];
}
