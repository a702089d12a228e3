import { gzipSync } from "node:zlib";
import type { RunPlace } from "../../../datastore/run-keys.ts";
import { EXPORT_FORMAT, type ExportedPage } from "../../api/export-format.ts";
import type { ServedStore } from "../served-store.ts";
import { exportAnswers } from "./export-answers.ts";
import { inlinedBytes, inlinePage } from "./inline-page.ts";

/** What is left out to keep a file below this are pages of single tasks: of 10,000 tasks all that stands in lists fits. */
const MAX_BYTES = 1_000_000;
const MIN_DATA_BYTES = 200_000;

export interface PageExport {
  readonly html: string;
  /** What was left out. */
  readonly notes: readonly string[];
}

/** The page with the data of these runs, as one document. */
export async function exportPage(served: ServedStore, places: readonly RunPlace[]): Promise<PageExport> {
  // Base64 makes four characters of three bytes.
  const maxBytes = Math.max(MAX_BYTES - inlinedBytes(), MIN_DATA_BYTES) * 0.74;
  const { answers, notes } = await exportAnswers(served, { places, maxBytes });
  const page: ExportedPage = { format: EXPORT_FORMAT, exportedAt: Date.now(), notes, answers };
  const data = gzipSync(JSON.stringify(page), { level: 9 }).toString("base64");
  const title = places.map(({ flow, run }) => `${flow}/${run}`).join(", ");
  return { html: inlinePage({ title: `Millrace: ${title}`, data }), notes };
}
