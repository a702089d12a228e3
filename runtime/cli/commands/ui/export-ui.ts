import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { writeWhole } from "../../../process/write-whole.ts";
import { userPath } from "../../../settings/user-path.ts";
import { sizeText } from "../../../text/size-text.ts";
import { exportPage } from "../../../web/server/export/export-page.ts";
import { ServedStore } from "../../../web/server/served-store.ts";
import type { StoreContext } from "../../cli-context.ts";
import { runMeant } from "../../run-meant.ts";
import type { UiOptions } from "./flags.ts";

export interface ExportUiOptions extends UiOptions {
  /** As the user gave it. */
  readonly file: string;
}

/** `ui --export`: writes the page with these runs, the latest one where none is named, into one file. */
export async function exportUi(context: StoreContext, options: ExportUiOptions): Promise<void> {
  const output = context.output(options);
  const store = context.datastore(options);
  const named = options.runs.length === 0 ? ["latest"] : options.runs;
  const meant = named.map((run) => runMeant(context, store, { ...options, run }));
  const places = new Map(meant.map(({ flow, run }) => [`${flow}/${run}`, { flow, run }]));
  const served = new ServedStore(store, { isReadOnly: true });
  const { html, notes } = await exportPage(served, [...places.values()]);
  const file = userPath(options.file, context.cwd);
  writeExport(file, html);
  const size = Buffer.byteLength(html);
  if (output.isJson) output.json({ file, size, runs: [...places.keys()], leftOut: notes });
  else {
    output.print(`wrote ${file} (${sizeText(size)}): ${[...places.keys()].join(", ")}`);
    if (notes.length > 0) output.note(`left out: ${notes.join("; ")}`);
  }
  store.close();
}

function writeExport(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot write the export because its place cannot be written: ${file}`,
      details: [messageOf(cause)],
      hint: "name a file in a folder that exists, as in --export run.html",
      cause,
    });
  }
}
