import type { Colors } from "picocolors/types.js";
import { isMillraceError } from "../../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../../datastore/datastore.ts";
import { agoText, durationText } from "../../../../text/duration-text.ts";
import { textWidth } from "../../../../text/text-width.ts";
import { runDurationMs } from "../../../show/run-json.ts";
import { columnsText, type ListColumn } from "../list/columns-text.ts";
import { fitted } from "../list/fitted.ts";
import { ListBox, type ListRows } from "../list/list-box.ts";
import { TypedText } from "../list/typed-text.ts";
import { RunModel } from "../run/run-model.ts";
import { RunView } from "../run/run-view.ts";
import { statusMark } from "../status-mark.ts";
import { type KeyAnswer, type ScreenSize, STAYS, type TopView } from "../top-view.ts";
import { type ListedRun, RunsModel } from "./runs-model.ts";

/** In a bucket, for a search: each is some requests. */
const MAX_SEARCHED = 256;
const RUN_ID_CELLS = 24;

export interface RunsViewOptions {
  readonly store: Datastore;
  /** Null for all flows. */
  readonly flow: string | null;
  readonly colors: Colors;
}

/** All runs of a store, newest first. */
export class RunsView implements TopView {
  readonly #store: Datastore;
  readonly #colors: Colors;
  readonly #model: RunsModel;
  readonly #box: ListBox;
  readonly #typed = new TypedText();
  #wanted = "";
  #flowCells = 4;
  #cannotOpen = "";

  constructor({ store, flow, colors }: RunsViewOptions) {
    this.#store = store;
    this.#colors = colors;
    this.#model = new RunsModel(store, flow);
    this.#box = new ListBox(colors);
  }

  readonly title = "runs";
  readonly keys = "enter open  / search  q quit";

  get typed(): string | null {
    return this.#typed.text;
  }

  look(): number {
    const before = this.#model.runs;
    const rows = this.#rows();
    const { from, to } = this.#box.inSight(rows);
    const inSight = rows.runs.slice(from, Math.max(to, from + 1));
    const due = this.#model.look(this.#wanted === "" ? inSight : [...inSight, ...this.#searched()]);
    // Now there are others to read.
    return this.#model.runs === before ? due : 0;
  }

  press(key: string): KeyAnswer {
    this.#cannotOpen = "";
    if (this.#typed.text !== null) {
      const next = this.#typed.press(key);
      this.#wanted = next === "goes on" ? this.#typed.text : (next.done ?? "");
      return STAYS;
    }
    if (key === "/") this.#typed.begin(this.#wanted);
    else if (key === "escape" && this.#wanted !== "") this.#wanted = "";
    else if (key === "enter") return this.#open();
    else if (!this.#box.press(key, this.#rows())) return null;
    return STAYS;
  }

  body({ columns, rows: height }: ScreenSize): readonly string[] {
    const rows = this.#rows();
    const head = `  ${this.#colors.dim(columnsText(this.#columns(null), columns - 2))}`;
    if (rows.count > 0) {
      const wrong = this.#cannotOpen === "" ? (this.#model.fault ?? "") : this.#cannotOpen;
      const fault = wrong === "" ? [] : [this.#colors.red(fitted(wrong, columns))];
      return [head, ...this.#box.body(rows, { columns, rows: height - 1 - fault.length }), ...fault];
    }
    const { location } = this.#store.storage;
    if (this.#model.fault !== null) return [head, this.#colors.red(fitted(this.#model.fault, columns))];
    const why = this.#wanted === "" ? `no run in ${location}` : `no run with "${this.#wanted}"`;
    return [head, this.#colors.dim(`  ${fitted(why, columns - 2)}`)];
  }

  #open(): KeyAnswer {
    const rows = this.#rows();
    const at = this.#box.chosen(rows);
    const run = at === null ? undefined : rows.runs[at];
    if (run === undefined) return STAYS;
    try {
      const model = new RunModel(this.#store, run);
      return { kind: "opens", view: new RunView(model, this.#colors) };
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      this.#cannotOpen = error.message;
      return STAYS;
    }
  }

  #searched(): readonly ListedRun[] {
    const { runs, isRemote } = this.#model;
    // One that is known is read again only where it is seen.
    return (isRemote ? runs.slice(0, MAX_SEARCHED) : runs).filter((run) => this.#model.known(run) === undefined);
  }

  #rows(): ListRows & { readonly runs: readonly ListedRun[] } {
    const wanted = this.#wanted.toLowerCase();
    const { runs: all } = this.#model;
    const runs = wanted === "" ? all : all.filter((run) => this.#searchText(run).includes(wanted));
    const columns = (at: number) => this.#columns(runs[at] ?? null);
    return {
      runs,
      count: runs.length,
      keyOf: (at) => runs[at]?.key ?? null,
      indexOf: (key) => runs.findIndex((run) => run.key === key),
      textOf: (at, room) => columnsText(columns(at), room),
    };
  }

  #searchText(run: ListedRun): string {
    const known = this.#model.known(run);
    if (known?.kind !== "header") return `${run.key} ${known?.kind ?? ""}`.toLowerCase();
    const { status, tags, document } = known.header;
    return [run.key, status, document.username, ...tags].join(" ").toLowerCase();
  }

  /** Null for their heads. */
  #columns(run: ListedRun | null): ListColumn[] {
    const known = run === null ? undefined : this.#model.known(run);
    const header = known?.kind === "header" ? known.header : null;
    const now = Date.now();
    const { mark, paint } = statusMark(header?.status ?? "pending", this.#colors);
    this.#flowCells = Math.min(Math.max(this.#flowCells, textWidth(run?.flow ?? "FLOW")), 24);
    const tell = (head: string, text: string | undefined) => (run === null ? head : (text ?? ""));
    const isDamaged = known?.kind === "damaged";
    return [
      { text: tell("", isDamaged ? "!" : header === null ? "" : mark), width: 1, paint },
      { text: tell("FLOW", run?.flow), width: this.#flowCells },
      { text: tell("RUN", run?.run), width: RUN_ID_CELLS },
      { text: tell("TOOK", header === null ? "" : durationText(runDurationMs(header, now))), width: 11, isRight: true },
      { text: tell("STARTED", header === null ? "" : agoText(header.startedAt, now)), width: 14 },
      { text: tell("STATUS", isDamaged ? "damaged" : header?.status), width: 9, paint: run === null ? String : paint },
      { text: tell("USER", header?.document.username), width: 12 },
      { text: tell("TAGS", isDamaged ? known.fault : header?.tags.join(", ")), width: 10 },
    ];
  }
}
