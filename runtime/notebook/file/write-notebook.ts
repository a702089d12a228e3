import { writeWhole } from "../../process/write-whole.ts";
import type { OutputBundle } from "../front/protocol.ts";
import {
  type MultilineText,
  type NotebookCell,
  type NotebookFile,
  type NotebookOutput,
  textOf,
} from "./notebook-file.ts";

/** Writes a notebook as nbformat itself does, so that what did not change does not differ; whole or not at all. */
export function writeNotebook(file: string, notebook: NotebookFile): void {
  writeWhole(file, notebookText(notebook));
}

/** Keys in order, one space of indentation, text line by line. */
function notebookText(notebook: NotebookFile): string {
  const cells = notebook.cells.map(splitCell);
  return `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`;
}

function splitCell(cell: NotebookCell): NotebookCell {
  const attachments = Object.entries(cell.attachments ?? {}).map(([name, data]) => [name, splitBundle(data)]);
  return {
    ...cell,
    source: lines(cell.source),
    ...(cell.attachments === undefined ? {} : { attachments: Object.fromEntries(attachments) as never }),
    ...(cell.outputs === undefined ? {} : { outputs: cell.outputs.map(splitOutput) }),
  };
}

function splitOutput(output: NotebookOutput): NotebookOutput {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: lines(output.text) };
    case "display_data":
    case "execute_result":
      return { ...output, data: splitBundle(output.data) };
    default:
      return output;
  }
}

function splitBundle(data: OutputBundle): OutputBundle {
  const isText = (type: string) => type.startsWith("text/") || /^(application\/javascript|image\/svg\+xml)$/.test(type);
  const entries = Object.entries(data).map(([type, value]) => [
    type,
    isText(type) && (typeof value === "string" || Array.isArray(value)) ? lines(value as MultilineText) : value,
  ]);
  return Object.fromEntries(entries) as OutputBundle;
}

/** Where Python's `splitlines` ends a line. */
const LINE = /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|$)/gu;

function lines(text: MultilineText): string[] {
  return (textOf(text).match(LINE) ?? []).filter((line) => line !== "");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
