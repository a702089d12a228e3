import type { Colors } from "picocolors/types.js";
import { visible, visibleLine } from "../../../../../sdk/base/visible.ts";
import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../../datastore/datastore.ts";
import { loadArtifact } from "../../../../datastore/load-artifact.ts";
import type { ArtifactRef } from "../../../../datastore/records.ts";
import { previewText } from "../../../../text/preview-text.ts";
import { sizeText } from "../../../../text/size-text.ts";
import { rowsText } from "../../../show/rows-text.ts";
import { paintedLines } from "../pager/painted-lines.ts";
import { Pager } from "../pager/pager.ts";
import { wrapped } from "../pager/wrapped.ts";
import { type KeyAnswer, type ScreenSize, STAYS, type TopView } from "../top-view.ts";

/** Larger ones are not loaded while somebody waits for keys to be answered. */
const MAX_BYTES = 64_000_000;
const MAX_ROWS = 1000;
const MAX_DEPTH = 8;

/** One artifact: a table as its rows, anything else as a tree. */
export class ValueView implements TopView {
  readonly title: string;
  readonly keys = "/ search  ← → sideways  q back";
  readonly #pager: Pager;
  readonly #text: string;
  /** A table is not broken into shorter lines. */
  readonly #isTable: boolean;

  constructor(store: Datastore, { name, ref, colors }: { name: string; ref: ArtifactRef; colors: Colors }) {
    this.title = `${visibleLine(name)} ${visibleLine(ref.type)} ${sizeText(ref.size)}`;
    this.#pager = new Pager(colors, { isAtEnd: false });
    const { text, isTable } = shownValue(store, name, ref);
    this.#text = text;
    this.#isTable = isTable;
  }

  get typed(): string | null {
    return this.#pager.typed;
  }

  look(): null {
    return null;
  }

  press(key: string): KeyAnswer {
    return this.#pager.press(key, this.#lines) ? STAYS : null;
  }

  body(size: ScreenSize): readonly string[] {
    if (size.columns !== this.#columns) {
      this.#columns = size.columns;
      const lines = this.#isTable ? visible(this.#text).split("\n") : wrapped(this.#text, size.columns);
      this.#lines = paintedLines(lines);
    }
    return this.#pager.body(this.#lines, size);
  }

  #columns = 0;
  #lines = paintedLines([]);
}

function shownValue(store: Datastore, name: string, ref: ArtifactRef): { text: string; isTable: boolean } {
  if (ref.size > MAX_BYTES) return { text: `${sizeText(ref.size)}: the command dump shows it`, isTable: false };
  try {
    const value = loadArtifact(store.blobs, name, ref);
    const rows = rowsText(value, { maxRows: MAX_ROWS, styleHeader: String });
    if (rows !== null) return { text: rows, isTable: true };
    return { text: previewText(value, { maxDepth: MAX_DEPTH, hasColors: false }), isTable: false };
  } catch (error) {
    if (!isMillraceError(error)) throw error;
    return { text: error.message, isTable: false };
  }
}
