import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { FoundPackage } from "../ship/closure.ts";
import { packageFiles } from "../ship/package-files.ts";
import { readContent, type PackageContent } from "./package-content.ts";

interface Kept extends PackageContent {
  /** Of paths, sizes and times. */
  readonly stamp: string;
}

/** A file that changed this recently may change again without another time. */
const SETTLED_MS = 2000;

/** Who reads many files may be given up: what was read until then is kept this often. */
const KEPT_EVERY_MS = 500;

/** What installed packages hold; those that are as they were at an earlier launch are not read again. */
export class ContentCache {
  readonly #file: string;
  readonly #kept: Readonly<Record<string, Kept>>;
  readonly #now = new Map<string, Kept | PackageContent>();
  #changedAt = 0;
  #savedAt = Date.now();

  /** @param project - what the packages belong to: each has a file of its own */
  constructor(cacheFolder: string, project: string) {
    const name = createHash("sha256").update(project).digest("hex").slice(0, 24);
    this.#file = path.join(cacheFolder, "contents", `${name}.json`);
    this.#kept = readKept(this.#file);
  }

  /** When a file of the packages that were asked for changed last. */
  get changedAt(): number {
    return this.#changedAt;
  }

  of(found: FoundPackage): PackageContent {
    const known = this.#now.get(found.folder);
    if (known !== undefined) return known;
    const { files } = packageFiles(found, process.platform);
    const latest = files.reduce((time, file) => Math.max(time, file.changedAt ?? 0), 0);
    this.#changedAt = Math.max(this.#changedAt, latest);
    const texts = files.map(({ path: file, size, stamp, target }) => `${file}\0${size}\0${stamp}\0${target ?? ""}`);
    const stamp = createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 32);
    const kept = Object.hasOwn(this.#kept, found.folder) ? this.#kept[found.folder] : undefined;
    const content = kept?.stamp === stamp ? kept : readContent(found.folder, files);
    const isSettled = Date.now() - latest > SETTLED_MS;
    this.#now.set(found.folder, isSettled ? { ...content, stamp } : content);
    if (content !== kept && Date.now() - this.#savedAt > KEPT_EVERY_MS)
      this.#write({ ...this.#kept, ...this.#settled() });
    return content;
  }

  /** Keeps what was found for the next launch. */
  save(): void {
    const now = this.#settled();
    const folders = Object.keys(now);
    const isKnown = folders.every((folder) => this.#kept[folder]?.stamp === now[folder]?.stamp);
    if (!isKnown || folders.length !== Object.keys(this.#kept).length) this.#write(now);
  }

  #settled(): Record<string, Kept> {
    return Object.fromEntries([...this.#now].filter((entry): entry is [string, Kept] => "stamp" in entry[1]));
  }

  /** Without a cache that can be written all is read again the next time. */
  #write(all: Readonly<Record<string, Kept>>): void {
    const aside = `${this.#file}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
    try {
      fs.mkdirSync(path.dirname(this.#file), { recursive: true });
      fs.writeFileSync(aside, JSON.stringify(all));
      fs.renameSync(aside, this.#file);
    } catch {
      fs.rmSync(aside, { force: true });
    }
    this.#savedAt = Date.now();
  }
}

function readKept(file: string): Readonly<Record<string, Kept>> {
  try {
    const found: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (typeof found !== "object" || found === null) return {};
    return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, Kept] => isKept(entry[1])));
  } catch {
    return {};
  }
}

function isKept(value: unknown): boolean {
  const { stamp, hash, names } = (value ?? {}) as Partial<Record<keyof Kept, unknown>>;
  return typeof stamp === "string" && typeof hash === "string" && Array.isArray(names);
}
