import os from "node:os";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { blobKey } from "../../../datastore/blob-key.ts";
import { hashOf } from "../../../datastore/blobs.ts";
import type { ByteSource } from "../../../datastore/codec/byte-source.ts";
import type { FeaturePart, FeatureParts } from "../../../datastore/kinds/feature-parts.ts";
import { RECORD_FORMAT } from "../../../datastore/records.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import { hashOfText } from "./definition-record.ts";
import { extractBytes, type Extract, parseExtract } from "./extract.ts";
import { extractLayout, extractRows } from "./extract-rows.ts";
import { type FeatureStore, unlessDamaged } from "./feature-store.ts";
import { fileContent, type HashedFile, isUnchanged, refuseChanged } from "./file-content.ts";

const READ_BYTES = 2 ** 26;

export interface FeaturePartReaderOptions {
  readonly features: FeatureStore;
  readonly aggregates: ReadonlyMap<string, AggregateSpec>;
  /** Called where what is noted of the parts is damaged: all are read again. */
  readonly onDamage?: ((problem: string) => void) | undefined;
}

/** A part that is in the datastore, and whether it had to be read for that. */
export interface TakenPart {
  readonly part: FeaturePart;
  readonly isRead: boolean;
}

/** Reads single parts of a view's source, and knows again what was read before. */
export class FeaturePartReader {
  /** SHA-256 of which columns are read and how: parts of another one are of no use. */
  readonly layout: string;
  /** What `parts.json` says. */
  readonly before: FeatureParts | null;
  /** What tasks have read beside it, by its id. */
  readonly byTasks: ReadonlyMap<string, FeatureParts>;
  readonly #view: ViewSpec;
  readonly #options: FeaturePartReaderOptions;
  readonly #known = new Map<string, FeaturePart>();
  readonly #knownFiles = new Map<string, FeaturePart>();

  /** @param view - of the rows that its source gives now: pinned */
  constructor(view: ViewSpec, options: FeaturePartReaderOptions) {
    const { features, onDamage } = options;
    this.#view = view;
    this.#options = options;
    this.layout = hashOfText(extractLayout(view, options.aggregates));
    const { found, problem } = unlessDamaged(() => features.parts(view.name));
    if (problem !== null) onDamage?.(problem);
    this.before = found;
    this.byTasks = features.readByTasks(view.name);
    for (const record of [...this.byTasks.values(), ...(found === null ? [] : [found])]) this.#learn(record);
  }

  #learn({ layout, host, parts }: FeatureParts): void {
    for (const part of parts) {
      if (layout === this.layout) this.#known.set(part.content, part);
      if (part.file !== null && (part.file.host ?? host) === os.hostname()) this.#knownFiles.set(part.file.path, part);
    }
  }

  /** All that is known. */
  get known(): readonly FeaturePart[] {
    return [...this.#known.values()];
  }

  /** The part of a file that looks as it did when it was read; null where it has to be looked into. */
  seen(path: string): FeaturePart | null {
    const known = this.#hashed(path);
    if (!isUnchanged(path, known)) return null;
    const same = this.#known.get(known.content);
    return same === undefined ? null : { ...same, file: known.state };
  }

  /** Reads a file, unless what it holds was read before. */
  async file(path: string): Promise<TakenPart> {
    const { content, state } = await fileContent(path, this.#hashed(path));
    const same = this.#known.get(content);
    if (same !== undefined) return { part: { ...same, file: state }, isRead: false };
    return this.#taken(await this.#extracted({ state, content }));
  }

  /** Of rows that come from no file: those are known by what they hold, where the source does not say. */
  async whole(): Promise<TakenPart> {
    const { dataKey } = this.#view.source;
    const known = dataKey === undefined ? undefined : this.#known.get(dataKey);
    if (known !== undefined) return { part: known, isRead: false };
    return this.#taken(await this.#extracted(dataKey === undefined ? null : { state: null, content: dataKey }));
  }

  /** What is damaged or gone is read again. */
  async load(part: FeaturePart): Promise<Extract> {
    const { blobs } = this.#options.features.store;
    try {
      // Piece by piece: a part may be larger than a record may be.
      return blobs.read(part.blob, (source) => parseExtract(wholeOf(source), blobKey(part.blob)), { size: part.size });
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      const again = await extractRows(this.#view, this.#options.aggregates, part.file?.path ?? null);
      const bytes = extractBytes(again);
      if (hashOf([bytes]) !== part.blob) throw error;
      blobs.put(part.blob, [bytes]);
      return again;
    }
  }

  /** A record of parts, all of whose blobs are stored. */
  record(parts: readonly FeaturePart[]): FeatureParts {
    this.#options.features.store.blobs.settle();
    const [view, layout, host] = [this.#view.name, this.layout, os.hostname()];
    return { format: RECORD_FORMAT, view, layout, host, parts, time: Date.now() };
  }

  #hashed(path: string): HashedFile | undefined {
    const known = this.#knownFiles.get(path);
    return known?.file == null ? undefined : { content: known.content, state: known.file };
  }

  #taken(part: FeaturePart): TakenPart {
    const isRead = this.#known.get(part.content)?.blob !== part.blob;
    this.#known.set(part.content, part);
    return { part, isRead };
  }

  async #extracted(of: { readonly state: FeaturePart["file"]; readonly content: string } | null): Promise<FeaturePart> {
    const { aggregates, features } = this.#options;
    const file = of?.state ?? null;
    const extract = await extractRows(this.#view, aggregates, file?.path ?? null);
    if (file !== null) refuseChanged(file);
    const bytes = extractBytes(extract);
    const blob = hashOf([bytes]);
    features.store.blobs.put(blob, [bytes]);
    let newest: number | null = null;
    for (const event of extract.event) newest = Math.max(newest ?? event, event);
    return { file, content: of?.content ?? blob, blob, size: bytes.length, rows: extract.length, newest };
  }
}

function wholeOf(source: ByteSource): Buffer {
  const bytes = Buffer.alloc(source.size);
  for (let at = 0; at < bytes.length; at += READ_BYTES) source.read(bytes.subarray(at, at + READ_BYTES), at);
  return bytes;
}
