/** What a container gets of the user's project: plain data that a run's document holds. */
export interface Shipment {
  readonly format: 1;
  /** The project's root within what is unpacked, with `/`: `""` or `"packages/app"`. Nothing may lie in it. */
  readonly root: string;
  /** The launcher's working directory within what is unpacked; the root where it lies outside. */
  readonly cwd: string;
  /** To be unpacked over each other. */
  readonly archives: readonly ShippedArchive[];
  /** What npm has to install where the task runs, as its native parts are for another platform; null: nothing. */
  readonly install: ShippedInstall | null;
  /** `name@version` of all packages that go along, sorted. */
  readonly packages: readonly string[];
  /** Those of them that have native parts: they run on {@link platform} alone. */
  readonly native: readonly string[];
  /** Where native parts come from: `linux-x64`. */
  readonly platform: string;
}

/** A gzipped tar archive, stored as a blob. */
export interface ShippedArchive {
  /** `modules` changes when packages do, `files` when the project's own files do. */
  readonly kind: "modules" | "files";
  /** Its hash. */
  readonly blob: string;
  readonly bytes: number;
}

export interface ShippedInstall {
  /** Blob of a `package-lock.json`. */
  readonly lock: string;
  /** The `package.json` that belongs to it, as JSON. */
  readonly manifest: string;
  /** Equal for equal sets of packages. */
  readonly key: string;
  /** Folder within what is unpacked to the name below `node_modules` of what npm installed: the one is to be a link to the other. */
  readonly places: Readonly<Record<string, string>>;
}

/** A Node that an `@env` asks for. */
export interface ShippedNode {
  readonly version: string;
  /** Archive with `bin/node`, by platform: `linux-x64`. */
  readonly archives: Readonly<Record<string, Pick<ShippedArchive, "blob" | "bytes">>>;
}

/** What a run's containers get beside its code package. */
export interface RunShipment {
  /** Blob of the archive with Millrace itself. */
  readonly runtime: string;
  readonly project: Shipment;
  /** What `@env` installed, by step. */
  readonly environments: Readonly<Record<string, Shipment>>;
  /** By step; missing where no step asks for one. */
  readonly nodes?: Readonly<Record<string, ShippedNode>>;
}
