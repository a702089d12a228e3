import type { PackageRecord } from "../../datastore/package-record.ts";
import type { Bundle } from "../bundle.ts";
import { ContentCache } from "./content-cache.ts";
import { packageRecord, type PackageRecordOptions } from "./package-record.ts";

export interface UsedPackagesOptions {
  readonly bundle: Bundle;
  readonly environments: PackageRecordOptions["environments"];
  /** Where is kept what installed packages hold. */
  readonly cacheFolder: string;
}

export interface UsedPackages {
  /** Null where none is used. */
  readonly packages: PackageRecord | null;
  /** When one of their files changed last. */
  readonly changedAt: number;
}

/** The packages that the code can load, as they are installed now. */
export function readUsedPackages({ bundle, environments, cacheFolder }: UsedPackagesOptions): UsedPackages {
  const contents = new ContentCache(cacheFolder, bundle.root);
  const packages = packageRecord(bundle, { contents, environments });
  contents.save();
  return { packages, changedAt: contents.changedAt };
}
