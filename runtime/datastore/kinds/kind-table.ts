import { KeyPattern, type PlaceInKey } from "./key-pattern.ts";
import type { KeyForm, RecordKind } from "./record-kind.ts";

export interface KindOfKey {
  readonly kind: RecordKind;
  readonly at: PlaceInKey;
  readonly form: KeyForm["form"];
}

/** Where records of runs lie, and of steps that were tried out. */
const RUN_ROOTS: ReadonlySet<string> = new Set(["flows", "spins"]);

/** Finds the kind of a key. */
export class KindTable {
  readonly #rows: readonly { readonly kind: RecordKind; readonly form: KeyForm; readonly pattern: KeyPattern }[];

  constructor(kinds: readonly RecordKind[]) {
    this.#rows = kinds.flatMap((kind) => kind.keys.map((form) => ({ kind, form, pattern: new KeyPattern(form.key) })));
  }

  /** Null for what no kind has: it is not Millrace's. */
  of(key: string): KindOfKey | null {
    for (const { kind, form, pattern } of this.#rows) {
      const at = pattern.read(key);
      if (at !== null) return { kind, at, form: form.form };
    }
    return null;
  }

  /** The folders at the top. */
  get roots(): readonly string[] {
    const keys = this.#rows.map(({ form }) => form.key).filter((key) => key.includes("/"));
    return [...new Set(keys.map((key) => key.slice(0, key.indexOf("/"))))];
  }

  /** Folders at the top, other than those of runs, whose records name what has to stay. */
  get keepingRoots(): readonly string[] {
    return this.#rootsOf((kind) => kind.references !== undefined && kind.isWeak !== true);
  }

  /** Folders at the top, other than those of runs, whose records can be judged one by one. */
  get recordRoots(): readonly string[] {
    return this.#rootsOf((kind) => kind.parse !== undefined && kind.isCheckedApart !== true);
  }

  #rootsOf(isMeant: (kind: RecordKind) => boolean): readonly string[] {
    const meant = this.#rows.filter(({ kind }) => isMeant(kind));
    const roots = meant.map(({ form }) => form.key.slice(0, Math.max(form.key.indexOf("/"), 0)));
    return [...new Set(roots)].filter((root) => root !== "" && !RUN_ROOTS.has(root));
  }
}
