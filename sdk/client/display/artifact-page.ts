import { inspect } from "node:util";
import { isMillraceError } from "../../base/millrace-error.ts";
import { previewText } from "../../../runtime/text/preview-text.ts";
import { sizeText } from "../../../runtime/text/size-text.ts";
import { DISPLAY, type MimeBundle } from "../mime-bundle.ts";
import { type Html, markup } from "../../../runtime/render/html.ts";
import { page } from "./page.ts";
import { imageOf } from "../../../runtime/render/image.ts";
import { valueView } from "../../../runtime/render/value-view.ts";
import type { ShownArtifact } from "./shown.ts";

/** A larger one is loaded only when the user says so. */
const MAX_BYTES = 256_000_000;

/** An artifact: what it is, and its value as it is best looked at. */
export async function artifactPage(artifact: ShownArtifact): Promise<MimeBundle> {
  const { type, size, hash, pathspec } = artifact;
  const head = markup`<h4>${pathspec}</h4>
    <div class="dim">${type}, ${sizeText(size)}, ${hash.slice(0, 8)}</div>`;
  const withNote = (note: string): MimeBundle =>
    page({
      text: `${inspect(artifact)}\n${note}`,
      body: markup`${head}
        <pre>${note}</pre>`,
    });
  if (size > MAX_BYTES) return withNote("It is large and was not loaded to be shown: await artifact.load() loads it.");
  let value: unknown;
  try {
    value = await artifact.load();
  } catch (error) {
    if (isMillraceError(error)) return withNote(error.message);
    throw error;
  }
  return (await ownLooks(value)) ?? shown(value, { artifact, head });
}

function shown(value: unknown, { artifact, head }: { artifact: ShownArtifact; head: Html }): MimeBundle {
  const text = previewText(value, { maxDepth: 2, hasColors: false });
  const bundle = page({ text: `${inspect(artifact)}\n${text}`, body: markup`${head}${valueView(value)}` });
  const image = imageOf(value);
  // Where HTML is taken out, a picture stays.
  return image?.mime === "image/png" ? { ...bundle, "image/png": image.base64 } : bundle;
}

/** A registered class may know how to show its instances. */
async function ownLooks(value: unknown): Promise<MimeBundle | null> {
  if (typeof value !== "object" || value === null) return null;
  const { [DISPLAY]: show } = value as { [DISPLAY]?: unknown };
  return typeof show === "function" ? ((await show.call(value)) as MimeBundle) : null;
}
