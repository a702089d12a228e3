import { EXPORT_FORMAT, type ExportedPage } from "../../api/export-format.ts";
import { ExportSource } from "./export-source.ts";

/** What `millrace ui --export` put into this file: JSON, gzipped, in base64. */
export async function openExport(text: string): Promise<ExportSource> {
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const page = (await new Response(unpacked).json()) as ExportedPage;
  if (page.format !== EXPORT_FORMAT)
    throw new Error(`an export of format ${String(page.format)} was opened by another version`);
  return new ExportSource(page);
}
