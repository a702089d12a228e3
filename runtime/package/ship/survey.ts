import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Bundle } from "../bundle.ts";
import type { CodePackage } from "../code-package.ts";
import { type PackageWant, packageClosure } from "./closure.ts";
import { entriesOf, type FoundFile, foundFile, foundLink } from "./found-file.ts";
import { includedFiles } from "./included-files.ts";
import { leftToNpm } from "./left-to-npm.ts";
import { commonFolder, isWithin } from "./locate-package.ts";
import { nearestManifestFolder } from "./manifest.ts";
import { namedFiles } from "./named-files.ts";
import { namedPackages } from "./named-packages.ts";
import { ownFiles } from "./own-files.ts";
import { type PackageFiles, packageFiles } from "./package-files.ts";

export interface SurveyOptions {
  /** Working directory of the launcher. */
  readonly cwd: string;
  /** Patterns of further files, relative to the root. */
  readonly include: readonly string[];
  /** Files that hold secrets, absolute. */
  readonly secretFiles?: readonly string[];
  /** @defaultValue this machine's: `linux-x64` */
  readonly platform?: string;
}

/** All that goes along, listed but not read. */
export interface Survey {
  /** Folder that holds it all: paths in the archives are relative to it. */
  readonly base: string;
  readonly root: string;
  readonly cwd: string;
  readonly platform: string;
  /** Their files go along. */
  readonly packages: readonly PackageFiles[];
  /** Those that npm installs where the task runs. */
  readonly left: readonly PackageFiles[];
  /** Through which Node finds packages. */
  readonly links: readonly FoundFile[];
  /** The project's own. */
  readonly files: readonly FoundFile[];
  readonly warnings: readonly string[];
}

/** Finds out what a container needs of the project. */
export async function surveyProject(bundle: Bundle, options: SurveyOptions): Promise<Survey> {
  const root = fs.realpathSync(bundle.root);
  const { code } = bundle;
  const [named, included] = await Promise.all([namedFiles(code, root), includedFiles(options.include, root)]);
  // That the source names them for @secrets is as it should be.
  const secrets = new Set(options.secretFiles ?? []);
  const places = [...manifestsOf(code, root), ...named.filter((place) => !secrets.has(place)), ...included.files];
  const wants = namedPackages(code, root);
  const folders = [root, ...sourcesOf(code, root), ...places].map((place) =>
    place === root ? root : path.dirname(place),
  );
  return survey({ ...options, root, wants, folders, places, warnings: included.warnings });
}

/** The same for packages alone: those named, as they are installed in a folder. */
export function surveyInstalled(
  { folder, names }: { folder: string; names: readonly string[] },
  { platform }: { platform?: string | undefined },
): Survey {
  const root = fs.realpathSync(folder);
  const wants = names.map((name): PackageWant => ({ name, from: root, isNeeded: true }));
  const settings = { cwd: root, ...(platform === undefined ? {} : { platform }) };
  const found = survey({ ...settings, root, wants, folders: [root], places: [], warnings: [] });
  const programs = programsBeside(found.packages, path.join(root, "node_modules", ".bin"));
  return { ...found, links: [...found.links, ...programs].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** What npm put in a folder of programs: links into packages that go along, and files. */
function programsBeside(packages: readonly PackageFiles[], folder: string): FoundFile[] {
  if (!fs.existsSync(folder)) return [];
  const shipped = new Set(packages.flatMap(({ files }) => files.map((file) => file.path)));
  return entriesOf(folder).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isFile()) return [foundFile(place)];
    const target = entry.isSymbolicLink() && fs.existsSync(place) ? fs.realpathSync(place) : null;
    return target !== null && shipped.has(target) ? [foundLink(place, target)] : [];
  });
}

type SurveyParts = Omit<SurveyOptions, "include"> & {
  readonly root: string;
  readonly wants: readonly PackageWant[];
  /** What has to lie within the base beside the packages. */
  readonly folders: readonly string[];
  readonly places: readonly string[];
  readonly warnings: readonly string[];
};

function survey(parts: SurveyParts): Survey {
  const { root, cwd, wants, folders, places } = parts;
  const closure = packageClosure(wants);
  const links = [...closure.links].map(([place, target]) => foundLink(place, target));
  const needed = [
    ...folders,
    ...closure.packages.map(({ folder }) => folder),
    ...links.map(({ path: place }) => path.dirname(place)),
  ];
  const base = commonFolder(needed);
  if (base === null) throw apart(root, needed);
  const platform = parts.platform ?? `${process.platform}-${process.arch}`;
  const system = platform.split("-")[0] ?? "";
  const packages = closure.packages.map((found) => packageFiles(found, system));
  const left = system === "linux" ? [] : leftToNpm(packages);
  const own = ownFiles(places, { root, base, secretFiles: parts.secretFiles ?? [] });
  const here = fs.existsSync(cwd) ? fs.realpathSync(cwd) : cwd;
  return {
    base,
    root,
    cwd: isWithin(base, here) ? here : root,
    platform,
    packages: packages.filter((one) => !left.includes(one)),
    left,
    links: links.sort((a, b) => (a.path < b.path ? -1 : 1)),
    files: own.files,
    warnings: [...parts.warnings, ...own.warnings],
  };
}

/** The `package.json` of the project and of linked packages: Node asks it for the kind of a module and for `#imports`. */
function manifestsOf(code: CodePackage, root: string): string[] {
  const folders = [root, ...sourcesOf(code, root).map(path.dirname)].map(nearestManifestFolder);
  return [...new Set(folders.filter((folder) => folder !== null))].map((folder) => path.join(folder, "package.json"));
}

/** The modules whose own places matter where the code runs. */
function sourcesOf(code: CodePackage, root: string): string[] {
  return [code.flowFile, ...Object.values(code.files)].map((relative) => path.resolve(root, relative));
}

function apart(root: string, needed: readonly string[]): MillraceError {
  const far = needed.find((folder) => commonFolder([root, folder]) === null) ?? root;
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship what the flow needs because it is on another drive: ${far}`,
    details: [`the project: ${root}`],
    hint: "keep the project and its packages on one drive",
  });
}
