import type { CellOutput } from "../front/protocol.ts";
import type { NotebookOutput } from "./notebook-file.ts";

/** Makes a notebook's outputs of what its cells say; an update replaces what any cell has shown under that id. */
export class OutputCollector {
  readonly #displays = new Map<string, Extract<NotebookOutput, { output_type: "display_data" }>[]>();

  /** @param outputs - those of the cell, to which this is added */
  add(outputs: NotebookOutput[], output: CellOutput, count: number): void {
    switch (output.type) {
      case "stream":
        return addText(outputs, output);
      case "result":
        outputs.push({
          output_type: "execute_result",
          data: output.data,
          metadata: output.metadata,
          execution_count: count,
        });
        return;
      case "error": {
        const { name, message, traceback } = output;
        outputs.push({ output_type: "error", ename: name, evalue: message, traceback });
        return;
      }
      case "display":
        return this.#display(outputs, output);
    }
  }

  #display(outputs: NotebookOutput[], output: Extract<CellOutput, { type: "display" }>): void {
    const { data, metadata, displayId, isUpdate } = output;
    if (displayId !== null) {
      for (const shown of this.#displays.get(displayId) ?? []) Object.assign(shown, { data, metadata });
    }
    if (isUpdate) return;
    const shown = { output_type: "display_data" as const, data, metadata };
    outputs.push(shown);
    if (displayId !== null) this.#displays.set(displayId, [...(this.#displays.get(displayId) ?? []), shown]);
  }
}

/** One output for what follows each other in the same stream. */
function addText(outputs: NotebookOutput[], { name, text }: Extract<CellOutput, { type: "stream" }>): void {
  const last = outputs.at(-1);
  // Joined once, when the notebook is written: a cell may print a million times.
  if (last?.output_type === "stream" && last.name === name) (last.text as string[]).push(text);
  else outputs.push({ output_type: "stream", name, text: [text] });
}
