import { parse } from "acorn";
import type { PackageRecord, PackageRoot, RecordedPackage } from "../../datastore/package-record.ts";
import type { Bundle } from "../bundle.ts";
import { packageClosure, type PackageWant, placeKey } from "../ship/closure.ts";
import { nearestManifestFolder, readManifest } from "../ship/manifest.ts";
import { wantsOf } from "../ship/named-packages.ts";
import type { ContentCache } from "./content-cache.ts";
import { loadsIn } from "../loads.ts";

export interface PackageRecordOptions {
  readonly contents: ContentCache;
  /** What `@env` installed: a folder and names by step. */
  readonly environments: ReadonlyMap<string, { readonly folder: string; readonly packages: readonly string[] }>;
}

/** The packages that the code can load, as they are installed now; null where none is used. */
export function packageRecord(bundle: Bundle, { contents, environments }: PackageRecordOptions): PackageRecord | null {
  const named = [...textsOf(bundle), ...environmentTexts(environments)];
  if (named.length === 0) return null;
  const needs = new Map<string, readonly string[]>();
  const closure = packageClosure(
    named.flatMap(({ wants }) => wants),
    {
      alsoNeeds(found) {
        const { names } = contents.of(found);
        needs.set(found.folder, [...new Set([...found.manifest.needs, ...names])]);
        return names;
      },
    },
  );
  const indexOf = new Map(closure.packages.map(({ folder }, at) => [folder, at]));
  const placed = (want: Pick<PackageWant, "name" | "from">) =>
    indexOf.get(closure.places.get(placeKey(want)) ?? "") ?? [];
  const packages = closure.packages.map((found): RecordedPackage => {
    const { name, version, folder } = found;
    const uses = (needs.get(folder) ?? []).flatMap((needed) => placed({ name: needed, from: folder }));
    return { name, version, hash: contents.of(found).hash, uses: [...new Set(uses)].sort((a, b) => a - b) };
  });
  const roots = named.map(({ text, step, wants }): PackageRoot => {
    const of = [...new Set(wants.flatMap(placed))];
    return { text, ...(step === undefined ? {} : { step }), packages: of };
  });
  const found = roots.filter((root) => root.packages.length > 0);
  return found.length === 0 ? null : { format: 1, packages, roots: found };
}

interface NamedText {
  readonly text: string;
  readonly step?: string;
  readonly wants: readonly PackageWant[];
}

function textsOf({ code, root }: Bundle): NamedText[] {
  const loads = loadsIn(parse(code.script, { ecmaVersion: "latest", sourceType: "script" }));
  const declared = new Set(readManifest(nearestManifestFolder(root) ?? root).needs);
  const others = loads.isOpen ? declared : [...loads.texts].filter((text) => declared.has(text));
  const texts = new Set([...code.imports.map(({ specifier }) => specifier), ...loads.asked, ...others]);
  // A package that is missing is told where the code is loaded.
  const named = [...texts].map((text) => ({ text, wants: wantsOf(text, { code, root, isNeeded: false }) }));
  return named.filter(({ wants }) => wants.some(({ name }) => name !== "millrace"));
}

function environmentTexts(environments: PackageRecordOptions["environments"]): NamedText[] {
  return [...environments].flatMap(([step, { folder, packages }]) =>
    packages.map((text) => ({ text, step, wants: [{ name: text, from: folder, isNeeded: false }] })),
  );
}
