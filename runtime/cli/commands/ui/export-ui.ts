import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
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
  writeWhole(file, html);
  const size = Buffer.byteLength(html);
  if (output.isJson) output.json({ file, size, runs: [...places.keys()], leftOut: notes });
  else {
    output.print(`wrote ${file} (${sizeText(size)}): ${[...places.keys()].join(", ")}`);
    if (notes.length > 0) output.note(`left out: ${notes.join("; ")}`);
  }
  store.close();
}

/** Appears whole or not at all. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { flag: "wx" });
    fs.renameSync(temporary, file);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot write the export because its place cannot be written: ${file}`,
      details: [messageOf(cause)],
      hint: "name a file in a folder that exists, as in --export run.html",
      cause,
    });
  }
}
