import os from "node:os";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { blobKey } from "../../../datastore/blob-key.ts";
import { hashOf } from "../../../datastore/blobs.ts";
import type { ByteSource } from "../../../datastore/codec/byte-source.ts";
import type { FeaturePart } from "../../../datastore/kinds/feature-parts.ts";
import { RECORD_FORMAT } from "../../../datastore/records.ts";
import { pinnedView } from "../pinned-view.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import { hashOfText } from "./definition-record.ts";
import { extractBytes, type Extract, parseExtract } from "./extract.ts";
import { extractLayout, extractRows } from "./extract-rows.ts";
import { type FeatureStore, unlessDamaged } from "./feature-store.ts";
import { fileContent, refuseChanged } from "./file-content.ts";

/** What was read is noted so often that it takes a twentieth of the time: a process that is killed loses little more than a part. */
const NOTE_SHARE = 20;
const READ_BYTES = 2 ** 26;

export interface ReadPartsOptions {
  readonly features: FeatureStore;
  readonly aggregates: ReadonlyMap<string, AggregateSpec>;
  /** Called after each part. */
  pace(): void;
  /** Called where what is noted of the parts is damaged: all are read again. */
  readonly mends?: ((problem: string) => void) | undefined;
}

/** The parts of a source. */
export interface ReadParts {
  readonly parts: readonly FeaturePart[];
  /** How many of them had to be read. */
  readonly read: number;
  /** Rows of a part. */
  load(part: FeaturePart): Promise<Extract>;
}

/**
 * Reads the parts of a view's source that are new or changed, a file each, and keeps what it read in the datastore.
 *
 * @throws MillraceError `MILLRACE_FEATURE` for a source that cannot be used
 */
export async function readParts(view: ViewSpec, options: ReadPartsOptions): Promise<ReadParts> {
  return new PartReader(await pinnedView(view), options).read();
}

class PartReader {
  readonly #view: ViewSpec;
  readonly #options: ReadPartsOptions;
  readonly #layout: string;
  readonly #known = new Map<string, FeaturePart>();
  readonly #knownFiles = new Map<string, FeaturePart>();
  #noteAgainAt = 0;

  constructor(view: ViewSpec, options: ReadPartsOptions) {
    this.#view = view;
    this.#options = options;
    this.#layout = hashOfText(extractLayout(view, options.aggregates));
  }

  async read(): Promise<ReadParts> {
    const { features, mends } = this.#options;
    const { found: before, problem } = unlessDamaged(() => features.parts(this.#view.name));
    if (problem !== null) mends?.(problem);
    for (const part of before?.layout === this.#layout ? before.parts : []) this.#known.set(part.content, part);
    if (before?.host === os.hostname())
      for (const part of before.parts) if (part.file !== null) this.#knownFiles.set(part.file.path, part);
    const files = (await this.#view.source.files?.()) ?? null;
    const parts: FeaturePart[] = [];
    let read = 0;
    const take = (part: FeaturePart) => {
      if (this.#known.get(part.content)?.blob !== part.blob) read += 1;
      this.#known.set(part.content, part);
      parts.push(part);
    };
    if (files === null) take(await this.#whole());
    for (const path of files ?? []) {
      const known = this.#knownFiles.get(path);
      const content = await fileContent(path, known?.file == null ? undefined : { ...known, state: known.file });
      const same = this.#known.get(content.content);
      take(same === undefined ? await this.#extracted(content) : { ...same, file: content.state });
      this.#options.pace();
      if (performance.now() >= this.#noteAgainAt) this.#note([...this.#known.values()]);
    }
    const isAsBefore = before !== null && JSON.stringify(before.parts) === JSON.stringify(parts);
    if (!isAsBefore) this.#note(parts);
    return { parts, read, load: (part) => this.#load(part) };
  }

  /** Of rows that come from no file: those are known by what they hold, where the source does not say. */
  async #whole(): Promise<FeaturePart> {
    const { dataKey } = this.#view.source;
    if (dataKey === undefined) return this.#extracted(null);
    return this.#known.get(dataKey) ?? this.#extracted({ state: null, content: dataKey });
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

  #note(parts: readonly FeaturePart[]): void {
    const startedAt = performance.now();
    const { features } = this.#options;
    features.store.blobs.settle();
    const [view, layout] = [this.#view.name, this.#layout];
    features.replaceParts({ format: RECORD_FORMAT, view, layout, host: os.hostname(), parts, time: Date.now() });
    const now = performance.now();
    this.#noteAgainAt = now + (now - startedAt) * NOTE_SHARE;
  }

  /** What is damaged or gone is read again. */
  async #load(part: FeaturePart): Promise<Extract> {
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
}

function wholeOf(source: ByteSource): Buffer {
  const bytes = Buffer.alloc(source.size);
  for (let at = 0; at < bytes.length; at += READ_BYTES) source.read(bytes.subarray(at, at + READ_BYTES), at);
  return bytes;
}
