import path from "node:path";
import type { Bundle } from "../bundle.ts";
import { type ArchiveCacheOptions, cachedArchive, type PackedArchive } from "./cached-archive.ts";
import { slashed } from "./found-file.ts";
import { npmInstall, type PreparedInstall } from "./npm-install.ts";
import type { PackProgress } from "./pack-archive.ts";
import type { Shipment } from "../../datastore/shipment.ts";
import { type Survey, surveyInstalled, type SurveyOptions, surveyProject } from "./survey.ts";

export interface PrepareShipmentOptions extends SurveyOptions {
  /** Keeps archives from launch to launch. */
  readonly cacheFolder: string;
  /** Called while something is packed, which may take seconds. */
  readonly progress?: (done: PackProgress) => void;
}

/** A shipment whose archives lie on this machine's disk. */
export interface PreparedShipment extends Omit<Shipment, "archives" | "install"> {
  readonly archives: readonly (PackedArchive & { readonly kind: "modules" | "files" })[];
  readonly install: PreparedInstall | null;
  /** For the user to read. */
  readonly warnings: readonly string[];
}

/**
 * Packs what a container needs of the project: the packages that the code imports, as they are installed, and the files
 * that it names. Stores nothing yet.
 *
 * @throws MillraceError for a link that leads out of the project, files that are too large, a package that is missing
 */
export async function prepareShipment(bundle: Bundle, options: PrepareShipmentOptions): Promise<PreparedShipment> {
  return packed(await surveyProject(bundle, options), options);
}

/** The same for what `@env` installed for a step: {@link Shipment.root} then holds its `node_modules`. */
export async function shipEnvironment(
  environment: { readonly folder: string; readonly versions: Readonly<Record<string, string>> },
  options: Pick<PrepareShipmentOptions, "cacheFolder" | "progress" | "platform">,
): Promise<PreparedShipment> {
  const names = Object.keys(environment.versions);
  return packed(surveyInstalled({ folder: environment.folder, names }, options), options);
}

async function packed(
  survey: Survey,
  options: Pick<PrepareShipmentOptions, "cacheFolder" | "progress">,
): Promise<PreparedShipment> {
  const { base, packages, left, links } = survey;
  const settings: ArchiveCacheOptions = {
    cacheFolder: options.cacheFolder,
    base,
    progress: options.progress ?? (() => undefined),
  };
  const parts = [
    { kind: "modules" as const, files: [...links, ...packages.flatMap(({ files }) => files)] },
    { kind: "files" as const, files: survey.files },
  ];
  const archives: { kind: "modules" | "files"; file: string; blob: string; bytes: number }[] = [];
  for (const { kind, files } of parts) {
    if (files.length > 0) archives.push({ kind, ...(await cachedArchive(files, settings)) });
  }
  const inBase = (folder: string) => slashed(path.relative(base, folder));
  const label = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
  return {
    format: 1,
    root: inBase(survey.root),
    cwd: inBase(survey.cwd),
    archives,
    install: left.length === 0 ? null : npmInstall({ ...survey, inBase }),
    packages: [...new Set(packages.map(label))].sort(),
    native: [...new Set(packages.filter(({ isNative }) => isNative).map(label))].sort(),
    platform: survey.platform,
    warnings: survey.warnings,
  };
}
