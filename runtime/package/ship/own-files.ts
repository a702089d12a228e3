import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { byPath, entriesOf, type FoundFile, foundFile, foundLink } from "./found-file.ts";
import { commonFolder, follow, isWithin } from "./locate-package.ts";
import { neverShipped } from "./never-shipped.ts";

export interface OwnFilesOptions {
  readonly root: string;
  /** Folder that holds all that goes along. */
  readonly base: string;
  /** Files of secrets, absolute. */
  readonly secretFiles: readonly string[];
}

export interface OwnFiles {
  /** In the order of their paths. */
  readonly files: readonly FoundFile[];
  readonly warnings: readonly string[];
}

/** Above this a folder is worth a warning, in bytes. */
const LARGE = 100e6;
/** Above this nothing goes along, in bytes. */
const TOO_LARGE = 2e9;

/**
 * The files of the project that go along: those named, and all below folders that are named.
 * @throws MillraceError for a link that leads out, or if they are too large together
 */
export function ownFiles(named: readonly string[], options: OwnFilesOptions): OwnFiles {
  const { root, base } = options;
  const files = new Map<string, FoundFile>();
  const visited = new Set<string>();
  let total = 0;
  const warnings = new Set<string>();
  const secrets = new Set(options.secretFiles.map((file) => (fs.existsSync(file) ? fs.realpathSync(file) : file)));

  function isRefused(place: string): boolean {
    const relative = path.relative(commonFolder([root, path.dirname(place)]) ?? root, place);
    const reason = secrets.has(place) ? "secret" : neverShipped(relative);
    if (reason === "secret")
      warnings.add(`${shown(place)} is not shipped: files that hold secrets never are; use @secrets`);
    return reason !== null;
  }

  function add(place: string): void {
    if (isRefused(place) || !fs.existsSync(place)) return;
    const links = new Map<string, string>();
    const real = follow(place, links);
    for (const [link, target] of links) if (!isWithin(base, target)) throw leadsOut({ link, target, base });
    if (real !== place && isRefused(real)) return;
    for (const [link, target] of links) files.set(link, foundLink(link, target));
    addReal(real);
  }

  function addReal(place: string): void {
    if (visited.has(place)) return;
    visited.add(place);
    const stat = fs.statSync(place);
    if (stat.isFile()) {
      total += stat.size;
      files.set(place, foundFile(place, stat));
    } else if (stat.isDirectory()) {
      for (const entry of entriesOf(place)) {
        const inner = path.join(place, entry.name);
        if (entry.isSymbolicLink()) add(inner);
        else if (!isRefused(inner)) addReal(inner);
      }
    }
  }

  const sizes = named.map((place) => {
    const before = total;
    add(place);
    const size = total - before;
    if (size > LARGE) warnings.add(`${shown(place)} is large: the run ships ${megabytes(size)}`);
    return { place, size };
  });
  if (total > TOO_LARGE) throw tooLarge(sizes, total);
  return { files: [...files.values()].sort(byPath), warnings: [...warnings].sort() };

  function shown(place: string): string {
    return path.relative(root, place) || ".";
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function leadsOut({ link, target, base }: { link: string; target: string; base: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship ${link} because the link leads out of the project: to ${target}`,
    details: [`only what is in ${base} is shipped`],
    hint: "put a copy in its place, or let a step load the data from where it is",
  });
}

function tooLarge(sizes: readonly { place: string; size: number }[], total: number): MillraceError {
  const largest = [...sizes].sort((a, b) => b.size - a.size).slice(0, 5);
  return new MillraceError({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship the flow's files because they are more than ${megabytes(TOO_LARGE)}: ${megabytes(total)}`,
    details: largest.map(({ place, size }) => `${megabytes(size)}  ${place}`),
    hint: "let a step load large data from a bucket; paths in the source and include in millrace.config.json decide what is shipped",
  });
}
