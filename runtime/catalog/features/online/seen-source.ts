import fs from "node:fs";
import type { FeaturePart } from "../../../datastore/kinds/feature-parts.ts";
import type { ViewSpec } from "../view-spec.ts";
import { aggregatesFor } from "../with-computed.ts";
import { hashOfText } from "./definition-record.ts";
import { extractLayout } from "./extract-rows.ts";
import type { FeatureStore } from "./feature-store.ts";
import { NotePace } from "./note-pace.ts";
import { FeaturePartReader } from "./feature-part-reader.ts";
import type { GivenParts } from "./read-parts.ts";

/** A file of a source, and what is known of it. */
export interface SeenFile {
  readonly path: string;
  /** Null where it has to be looked into. */
  readonly part: FeaturePart | null;
}

/** A view's source of files, before its new and changed ones are read. */
export interface SeenSource {
  readonly view: string;
  /** SHA-256 of where the source is and which columns are read of it: what was read under another one cannot be used. */
  readonly reading: string;
  /** In the order of the source. */
  readonly files: readonly SeenFile[];
}

/** Files that one task reads. */
export interface FileShard {
  readonly view: string;
  readonly files: readonly string[];
  /** For people: `spending 1-200`. */
  readonly name: string;
}

/** What a task has read of a shard. */
export interface ReadShard extends GivenParts {
  readonly view: string;
  /** See {@link SeenSource}. */
  readonly reading: string;
}

/** A task is worth its start, and what one that fails has to do again is little. */
const [SHARD_FILES, SHARD_BYTES] = [200, 2 ** 27];

/**
 * Looks at the files of a view's source, and reads none.
 *
 * @returns null for a source that is not made of files
 * @throws MillraceError `MILLRACE_FEATURE` if a named file does not exist
 */
export async function seenSource(
  view: ViewSpec,
  { features, onDamage }: { readonly features: FeatureStore; onDamage?(problem: string): void },
): Promise<SeenSource | null> {
  const files = await view.source.files?.();
  if (files === undefined) return null;
  const reader = readerOf(view, { features, onDamage });
  const seen = files.map((path) => ({ path, part: reader.seen(path) }));
  return { view: view.name, reading: readingOf(view), files: seen };
}

/** The files that have to be looked into, as tasks take them; one that takes none where there are none. */
export function fileShards(sources: readonly SeenSource[]): readonly FileShard[] {
  const shards = sources.flatMap(({ view, files }) => {
    const unread = files.flatMap(({ path, part }) => (part === null ? [path] : []));
    return shardsIn(unread).map(({ from, paths }) => {
      return { view, files: paths, name: `${view} ${from + 1}-${from + paths.length} of ${unread.length}` };
    });
  });
  return shards.length > 0 ? shards : [{ view: sources[0]?.view ?? "", files: [], name: "nothing new" }];
}

/** Reads the files of a shard that hold something new, and keeps what it read in the datastore. */
export async function readShard(
  view: ViewSpec,
  { features, files }: { readonly features: FeatureStore; readonly files: readonly string[] },
): Promise<ReadShard> {
  const reader = readerOf(view, { features });
  const id = hashOfText(JSON.stringify([reader.layout, files]));
  // An attempt before this one may have got further.
  const noted = new Map(features.readByTask(view.name, id)?.parts.map((part) => [part.content, part]));
  const parts: FeaturePart[] = [];
  let read = 0;
  const note = () => features.replaceReadByTask(id, reader.record([...noted.values()]));
  const notes = new NotePace();
  for (const path of files) {
    const { part, isRead } = await reader.file(path);
    parts.push(part);
    noted.set(part.content, part);
    if (isRead) read += 1;
    if (read > 0) notes.now(note);
  }
  if (read > 0) note();
  return { view: view.name, reading: readingOf(view), parts, read };
}

/**
 * The parts of a source, from what was known of it and what tasks have read.
 *
 * @returns null where the view's definition has changed meanwhile, or they have not read all
 */
export function givenParts(
  view: ViewSpec,
  { seen, shards }: { readonly seen: SeenSource; readonly shards: readonly ReadShard[] },
): GivenParts | null {
  const reading = readingOf(view);
  const own = shards.filter((shard) => shard.view === view.name);
  if ([seen, ...own].some((one) => one.reading !== reading)) return null;
  const byPath = new Map(own.flatMap(({ parts }) => parts.map((part) => [part.file?.path, part] as const)));
  const parts = seen.files.flatMap(({ path, part }) => part ?? byPath.get(path) ?? []);
  if (parts.length < seen.files.length) return null;
  return { parts, read: own.reduce((sum, { read }) => sum + read, 0) };
}

interface ReaderOf {
  readonly features: FeatureStore;
  readonly onDamage?: ((problem: string) => void) | undefined;
}

function readerOf(view: ViewSpec, { features, onDamage }: ReaderOf): FeaturePartReader {
  return new FeaturePartReader(view, {
    features,
    aggregates: aggregatesFor(view, [...view.features.keys()]),
    onDamage,
  });
}

function readingOf(view: ViewSpec): string {
  const layout = extractLayout(view, aggregatesFor(view, [...view.features.keys()]));
  return hashOfText(JSON.stringify([layout, view.source.title]));
}

function shardsIn(paths: readonly string[]): readonly { readonly from: number; readonly paths: readonly string[] }[] {
  const shards: { from: number; paths: string[] }[] = [];
  let bytes = 0;
  for (const [at, path] of paths.entries()) {
    const size = fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const last = shards.at(-1);
    if (last === undefined || last.paths.length >= SHARD_FILES || bytes + size > SHARD_BYTES) {
      shards.push({ from: at, paths: [path] });
      bytes = size;
    } else {
      last.paths.push(path);
      bytes += size;
    }
  }
  return shards;
}
