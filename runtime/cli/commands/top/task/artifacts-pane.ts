import type { Colors } from "picocolors/types.js";
import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../../datastore/datastore.ts";
import { loadArtifact } from "../../../../datastore/load-artifact.ts";
import type { ArtifactRef, ArtifactTable } from "../../../../datastore/records.ts";
import { previewText } from "../../../../text/preview-text.ts";
import { sizeText } from "../../../../text/size-text.ts";
import { columnsText } from "../list/columns-text.ts";
import { ListBox, type ListRows } from "../list/list-box.ts";
import { cutLine } from "../list/fitted.ts";
import { type KeyAnswer, type ScreenSize, STAYS } from "../top-view.ts";
import { ValueView } from "./value-view.ts";

/** Of these the list shows the value as well. */
const PREVIEW_BYTES = 64 * 1024;

/** What a task left, by name; a value is loaded when its row is seen or opened. */
export class ArtifactsPane {
  readonly #store: Datastore;
  readonly #colors: Colors;
  readonly #box: ListBox;
  readonly #previews = new Map<string, string>();
  #table: readonly (readonly [string, ArtifactRef])[] = [];
  #fault: string | null = null;

  /** @param load - gives the table; it may be damaged */
  constructor(store: Datastore, { load, colors }: { load: () => ArtifactTable; colors: Colors }) {
    this.#store = store;
    this.#colors = colors;
    this.#box = new ListBox(colors);
    try {
      this.#table = Object.entries(load()).sort(([a], [b]) => (a < b ? -1 : 1));
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.#fault = error.message;
    }
  }

  press(key: string): KeyAnswer {
    const rows = this.#rows();
    if (key !== "enter") return this.#box.press(key, rows) ? STAYS : null;
    const [name, ref] = this.#table[this.#box.chosen(rows) ?? -1] ?? [];
    if (name === undefined || ref === undefined) return STAYS;
    return { kind: "opens", view: new ValueView(this.#store, { name, ref, colors: this.#colors }) };
  }

  body({ columns, rows }: ScreenSize): string[] {
    if (this.#fault !== null) return [this.#colors.red(cutLine(this.#fault, columns))];
    if (this.#table.length === 0) return [this.#colors.dim("no artifacts")];
    const head = this.#colors.dim(columnsText(cells(["NAME", "TYPE", "SIZE", "VALUE"]), columns - 2));
    return [`  ${head}`, ...this.#box.body(this.#rows(), { columns, rows: rows - 1 })];
  }

  #rows(): ListRows {
    const table = this.#table;
    return {
      count: table.length,
      keyOf: (at) => table[at]?.[0] ?? null,
      indexOf: (key) => table.findIndex(([name]) => name === key),
      textOf: (at, room) => {
        const [name, ref] = table[at] ?? [];
        if (name === undefined || ref === undefined) return "";
        return columnsText(cells([name, ref.type, sizeText(ref.size), this.#previewOf(name, ref)]), room);
      },
    };
  }

  #previewOf(name: string, ref: ArtifactRef): string {
    if (ref.size > PREVIEW_BYTES) return "enter shows it";
    const known = this.#previews.get(name);
    if (known !== undefined) return known;
    const text = this.#preview(name, ref);
    this.#previews.set(name, text);
    return text;
  }

  #preview(name: string, ref: ArtifactRef): string {
    try {
      return previewText(loadArtifact(this.#store.blobs, name, ref), { maxDepth: null, hasColors: false });
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      return error.message.split("\n", 1)[0] ?? "";
    }
  }
}

function cells([name = "", type = "", size = "", value = ""]: readonly string[]) {
  return [
    { text: name, width: 16 },
    { text: type, width: 18 },
    { text: size, width: 8, isRight: true },
    { text: value, width: 10 },
  ];
}
