import type { FeatureDefinitionRecord } from "../../../datastore/kinds/feature-version.ts";
import { featureError } from "../feature-error.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import { definitionRecord, sourceMeaning, storedFeature } from "./definition-record.ts";

/** What values were made from. */
export interface MadeFrom {
  readonly number: number;
  readonly definition: FeatureDefinitionRecord;
}

/**
 * What the snapshot holds has to be what the code asks for.
 *
 * @throws MillraceError `MILLRACE_FEATURE`
 */
export class DefinitionJudge {
  readonly #version: MadeFrom;
  /** Selections that were compared, so that none is twice. */
  readonly #judged = new WeakMap<ViewSpec, Set<string>>();

  constructor(version: MadeFrom) {
    this.#version = version;
  }

  refuseOther(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>): void {
    const judged = this.#judged.get(view) ?? new Set();
    this.#judged.set(view, judged);
    const fresh = [...aggregates].filter(([name]) => !judged.has(name));
    if (fresh.length === 0) return;
    const { number, definition } = this.#version;
    const differs = whatDiffers(view, definition, fresh);
    if (differs !== null)
      throw featureError(
        `the snapshot of ${view.name} is of another definition: ${differs} differs from version ${number}`,
        { hint: "run millrace features materialize with the file as it is now" },
      );
    for (const [name] of fresh) judged.add(name);
  }
}

function whatDiffers(
  view: ViewSpec,
  { entity, source, ttlMs, features }: FeatureDefinitionRecord,
  asked: readonly (readonly [name: string, spec: AggregateSpec])[],
): string | null {
  const own = definitionRecord(view);
  if (!isEqual(entity, own.entity)) return "its entity";
  if (!isEqual(sourceMeaning(source), sourceMeaning(own.source))) return "its source";
  if (ttlMs !== own.ttlMs) return "its ttl";
  return asked.find(([name, spec]) => !isEqual(features[name], storedFeature(spec)))?.[0] ?? null;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
