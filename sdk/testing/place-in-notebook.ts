import path from "node:path";
import type { FlowPlace } from "../../runtime/launch/plan/read-flow-file.ts";
import { cellsModule } from "../../runtime/package/cells-module.ts";
import type { AnyClass } from "../base/metadata.ts";

/** What a notebook's session tells of itself to the code that runs in it. */
interface NotebookRecord {
  readonly folder: string;
  /** Those that succeeded, in the order in which they ran. */
  readonly cells: readonly { readonly source: string }[];
  /** The one that is running. */
  readonly current?: { readonly source: string } | null;
}

/** The flow as a module of the cells that define it; null outside of notebooks, or for a class that no cell defines. */
export async function placeInNotebook(Flow: AnyClass): Promise<FlowPlace | null> {
  const record = (globalThis as { [key: symbol]: NotebookRecord | undefined })[Symbol.for("millrace.notebook")];
  if (record === undefined) return null;
  const cells = [...record.cells, ...(record.current == null ? [] : [record.current])].map(({ source }) => source);
  const { folder } = record;
  const { name } = Flow;
  const found = await cellsModule(cells, { folder, name });
  if (found === null) return null;
  // No such file is written: the name says where the code comes from, and imports are resolved beside it.
  const file = path.join(folder, `${name}.notebook.js`);
  return { given: `the notebook's class ${name}`, file, name, source: found.source };
}
