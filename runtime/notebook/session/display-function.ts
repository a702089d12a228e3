import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { CellRunner } from "./cell-runner.ts";
import { bundleOf, completed } from "./bundle-of.ts";
import type { OutputBundle } from "../front/protocol.ts";

/** How `display` shows a value; the names are those of Deno's `Deno.jupyter.display`. */
export interface DisplayOptions {
  /** The value is a MIME bundle itself, such as `{ "text/html": "<b>hi</b>" }`. */
  readonly raw?: boolean;
  /** A name under which the output can be replaced later. */
  readonly display_id?: string;
  /** Replaces the output of this `display_id` instead of adding one. */
  readonly update?: boolean;
}

/** Makes the global `display`, which shows a value among the outputs of the cell that calls it. */
export function displayFunction(runner: CellRunner): (value: unknown, options?: DisplayOptions) => Promise<void> {
  return function display(value, options = {}) {
    const running = runner.now();
    const shown = options.raw === true ? rawBundle(value) : bundleOf(value);
    const show = (data: OutputBundle) =>
      runner.output({ type: "display", data, metadata: {}, ...target(options) }, running);
    const whenShown = shown instanceof Promise ? shown.then(show) : Promise.resolve(show(shown));
    // The cell waits for it, and fails with it, also where the caller does not.
    running?.displays.push(whenShown);
    whenShown.catch(() => undefined);
    return whenShown;
  };
}

function rawBundle(value: unknown): OutputBundle {
  if (typeof value === "object" && value !== null && Object.keys(value).every((type) => type.includes("/"))) {
    const types = Object.keys(value).join(", ");
    return completed({ ...("text/plain" in value ? {} : { "text/plain": `[${types}]` }), ...value }, value);
  }
  throw new MillraceError({
    code: "MILLRACE_NOTEBOOK_DISPLAY",
    headline: `Cannot display the value as it is because it is not a MIME bundle: ${value === null ? "null" : typeof value}`,
    hint: 'pass an object such as { "text/html": "<b>hi</b>" }, or leave out raw: true',
  });
}

function target({ display_id, update }: DisplayOptions): { displayId: string | null; isUpdate: boolean } {
  if (update === true && display_id === undefined) {
    throw new MillraceError({
      code: "MILLRACE_NOTEBOOK_DISPLAY",
      headline: "Cannot update an output because no display_id names it: { update: true }",
      hint: 'first display(value, { display_id: "chart" }), then display(other, { display_id: "chart", update: true })',
    });
  }
  return { displayId: display_id ?? null, isUpdate: update === true };
}
