import type { ForeachFrame } from "../../sdk/base/host.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { ForeachPlace } from "../task/task-spec.ts";
import { loadArtifact } from "../datastore/load-artifact.ts";
import type { Blobs } from "../datastore/blobs.ts";
import { itemsIn } from "../datastore/maintenance/blobs-of-result.ts";
import type { ItemRef } from "../datastore/records.ts";

/** The last list of items that this process read: neighbours in a foreach share it. References only, never values. */
const lastList: { blob: string; refs: readonly ItemRef[] } = { blob: "", refs: [] };

/** The items of the foreaches around a task, each loaded when it is first asked for. */
export class ForeachItems {
  readonly #blobs: Blobs;
  readonly #stack: readonly ForeachPlace[];
  readonly #loaded = new Map<number, unknown>();

  constructor(blobs: Blobs, stack: readonly ForeachPlace[]) {
    this.#blobs = blobs;
    this.#stack = stack;
  }

  /** The item of the innermost foreach. */
  current(): unknown {
    if (this.#stack.length > 0) return this.#item(this.#stack.length - 1);
    throw new MillraceError({
      code: "MILLRACE_NO_INPUT",
      headline: "Cannot read this.input because this step is not inside a foreach",
      hint: 'fan out with this.next(this.step, { foreach: "artifact" })',
    });
  }

  frames(): ForeachFrame[] {
    return this.#stack.map((place, level) => {
      const { step, index, size } = place;
      return Object.defineProperties({ step, index, size } as ForeachFrame, {
        input: { enumerable: true, get: () => this.#item(level) },
        label: { enumerable: true, get: () => this.#ref(place).label ?? "" },
      });
    });
  }

  /** Content of the item, without loading it. */
  hashAt(level: number): string {
    const place = this.#stack[level];
    return place === undefined ? "" : this.#ref(place).hash;
  }

  #item(level: number): unknown {
    const place = this.#stack[level];
    if (place === undefined) return undefined;
    if (!this.#loaded.has(level)) this.#loaded.set(level, loadArtifact(this.#blobs, "input", this.#ref(place)));
    return this.#loaded.get(level);
  }

  #ref(place: ForeachPlace): ItemRef {
    if (lastList.blob !== place.blob) {
      lastList.refs = itemsIn(this.#blobs, place.blob);
      lastList.blob = place.blob;
    }
    const ref = lastList.refs[place.at];
    if (ref === undefined) throw new Error(`This is a bug in Millrace: blob ${place.blob} holds no item ${place.at}`);
    return ref;
  }
}
