import type { FeaturePart, FeatureParts } from "../../../datastore/kinds/feature-parts.ts";
import { pinnedView } from "../pinned-view.ts";
import type { ViewSpec } from "../view-spec.ts";
import type { Extract } from "./extract.ts";
import { NotePace } from "./note-pace.ts";
import { FeaturePartReader, type FeaturePartReaderOptions } from "./feature-part-reader.ts";

/** What no run has taken up for so long is not waited for. */
const LEFT_MS = 30 * 24 * 3_600_000;

/** The parts of a source of files, as tasks have read them. */
export interface GivenParts {
  readonly parts: readonly FeaturePart[];
  /** How many of them had to be read. */
  readonly read: number;
}

export interface ReadPartsOptions extends FeaturePartReaderOptions {
  /** All of them were read already: no file is looked at. */
  readonly given?: GivenParts | undefined;
  /** Called after each part. */
  pace(): void;
}

/** The parts of a source. */
export interface ReadParts extends GivenParts {
  /** Rows of a part. */
  load(part: FeaturePart): Promise<Extract>;
}

/**
 * Reads the parts of a view's source that are new or changed, a file each, and keeps what it read in the datastore.
 *
 * @throws MillraceError `MILLRACE_FEATURE` for a source that cannot be used
 */
export async function readParts(view: ViewSpec, options: ReadPartsOptions): Promise<ReadParts> {
  const { features, given, pace } = options;
  const pinned = await pinnedView(view);
  const reader = new FeaturePartReader(pinned, options);
  const { parts, read } = given ?? (await readAll(pinned, { reader, features, pace }));
  const { before } = reader;
  const isAsBefore =
    before !== null && before.layout === reader.layout && JSON.stringify(before.parts) === JSON.stringify(parts);
  if (!isAsBefore) features.replaceParts(reader.record(parts));
  features.removeReadByTasks(view.name, takenUp(reader.byTasks, parts));
  return { parts, read, load: (part) => reader.load(part) };
}

interface ReadAll extends Pick<ReadPartsOptions, "features" | "pace"> {
  readonly reader: FeaturePartReader;
}

async function readAll({ source }: ViewSpec, { reader, features, pace }: ReadAll): Promise<GivenParts> {
  const files = await source.files?.();
  if (files === undefined) {
    const { part, isRead } = await reader.whole();
    return { parts: [part], read: isRead ? 1 : 0 };
  }
  const parts: FeaturePart[] = [];
  let read = 0;
  const notes = new NotePace();
  for (const file of files) {
    const { part, isRead } = await reader.file(file);
    parts.push(part);
    if (isRead) read += 1;
    pace();
    notes.now(() => features.replaceParts(reader.record(reader.known)));
  }
  return { parts, read };
}

/** Of what tasks have read, all that is among the parts now, and what nobody has come back for. */
function takenUp(byTasks: ReadonlyMap<string, FeatureParts>, parts: readonly FeaturePart[]): readonly string[] {
  if (byTasks.size === 0) return [];
  const blobs = new Set(parts.map(({ blob }) => blob));
  const isOver = ({ parts: own, time }: FeatureParts) =>
    Date.now() - time > LEFT_MS || own.every(({ blob }) => blobs.has(blob));
  return [...byTasks].flatMap(([id, record]) => (isOver(record) ? [id] : []));
}
