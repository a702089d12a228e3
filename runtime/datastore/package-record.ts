import type { RECORD_FORMAT } from "./records.ts";

/** `packages.json`: the npm packages that a run's code could load when the run started. */
export interface PackageRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly packages: readonly RecordedPackage[];
  readonly roots: readonly PackageRoot[];
}

export interface RecordedPackage {
  readonly name: string;
  readonly version: string;
  /** Of its files. */
  readonly hash: string;
  /** What it can load in turn, by index. */
  readonly uses: readonly number[];
}

/** What the flow's own modules mean by a text. */
export interface PackageRoot {
  /** As it stands in the code package: an import's specifier, or a text that is loaded. */
  readonly text: string;
  /** The step whose `@env` brought it; missing otherwise. */
  readonly step?: string;
  /** By index; several where it depends on the machine which one is taken. */
  readonly packages: readonly number[];
}
