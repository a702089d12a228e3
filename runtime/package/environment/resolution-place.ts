import fs from "node:fs";
import path from "node:path";
import { environmentPlace, isEnvironmentPlace } from "./environment-place.ts";
import { isOfEnvironment } from "./is-of-environment.ts";

/** Packages of an `@env` step, as its processes know them. */
export interface StepPackages {
  /** Holds their `node_modules`; it may be filled after the process has started. */
  readonly folder: string;
  readonly packages: readonly string[];
  /** Millrace's own folder, which is a package wherever it lies. */
  readonly home: string;
}

/** The file that an import is to be resolved from instead of the one that makes it; null: from that one. */
export type ResolutionPlace = (specifier: string, importer: string | null) => string | null;

/**
 * The step's own code, in whichever process it runs, gets the step's packages. An installed package gets them if it
 * leaves the choice to whoever uses it: as a peer dependency.
 */
export function resolutionPlace({ folder, packages, home }: StepPackages): ResolutionPlace {
  const place = environmentPlace(folder);
  const peers = new Map<string, readonly string[]>();
  let real: string | null = null;

  function isWithin(file: string): boolean {
    if (real === null && fs.existsSync(folder)) real = fs.realpathSync(folder);
    return file.startsWith(folder + path.sep) || (real !== null && file.startsWith(real + path.sep));
  }

  function peersOf(file: string): readonly string[] {
    const from = path.dirname(file);
    const known = peers.get(from) ?? peersIn(from);
    peers.set(from, known);
    return known;
  }

  return (specifier, importer) => {
    if (!isOfEnvironment(specifier, packages)) return null;
    if (importer === null) return place;
    // What another step's hook in this process has sent to its own packages stays there.
    if (isEnvironmentPlace(importer) || isWithin(importer)) return null;
    const isInstalled = importer.split(path.sep).includes("node_modules") || importer.startsWith(home + path.sep);
    return !isInstalled || isOfEnvironment(specifier, peersOf(importer)) ? place : null;
  };
}

/** The peer dependencies that the nearest `package.json` names. */
function peersIn(from: string): readonly string[] {
  for (let folder = from; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const manifest = readManifest(path.join(folder, "package.json"));
    // Below a package there may be one that says no more than the kind of its modules.
    if (manifest !== null && "name" in manifest) {
      const { peerDependencies: peers } = manifest as { peerDependencies?: unknown };
      return typeof peers === "object" && peers !== null ? Object.keys(peers) : [];
    }
  }
  return [];
}

function readManifest(file: string): object | null {
  try {
    const manifest: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return typeof manifest === "object" ? manifest : null;
  } catch {
    return null;
  }
}
