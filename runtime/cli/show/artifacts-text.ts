import { visible, visibleLine } from "../../../sdk/base/visible.ts";
import type { Output } from "../output.ts";
import { keepColors } from "../on-screen.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { jsonValue } from "./json-value.ts";
import { previewText } from "../../text/preview-text.ts";
import { sizeText } from "../../text/size-text.ts";
import { rowsText } from "./rows-text.ts";
import { tableText } from "./table-text.ts";

export interface ArtifactsLooks {
  readonly output: Output;
  /** Null for a table with a line for each; else each value follows its line, down to this depth. */
  readonly maxDepth: number | null;
  /** Rows of a table, where a value is shown in full. */
  readonly maxRows?: number;
}

const HASH_CHARS = 8;
const MAX_ROWS = 20;

/** Artifacts for people: name, type, size, hash and what the value is like. */
export function artifactsText(views: readonly ArtifactView[], looks: ArtifactsLooks): string {
  const { output, maxDepth } = looks;
  const { colors } = output;
  if (views.length === 0) return colors.dim("  no artifacts");
  const cells = ({ name, ref }: ArtifactView) => [name, ref.type, sizeText(ref.size), ref.hash.slice(0, HASH_CHARS)];
  const valueCell = (view: ArtifactView) => valueText(view, looks);
  if (maxDepth === null) {
    return tableText({
      header: ["NAME", "TYPE", "SIZE", "HASH", "VALUE"],
      right: [2],
      indent: "  ",
      styleHeader: colors.dim,
      rows: views.map((view) => [...cells(view), valueCell(view)]),
    });
  }
  const blocks = views.map((view) => {
    const [name = "", ...rest] = cells(view).map(visibleLine);
    return `  ${colors.bold(name)}  ${colors.dim(rest.join("  "))}\n${indented(valueCell(view))}`;
  });
  return blocks.join("\n");
}

/** Artifacts for programs: the value itself where JSON keeps it, else in a plain form, with a preview for people. */
export function artifactsJson(views: readonly ArtifactView[]): object[] {
  return views.map(({ name, ref, value }) => {
    const { type, size, hash } = ref;
    const common = { name, type, size, hash };
    if (value.kind === "too-large") return { ...common, omitted: "too large: ask for it with --artifact" };
    if (value.kind === "unreadable") return { ...common, error: errorJson(value.error) };
    const shown = jsonValue(value.value);
    if ("value" in shown) return { ...common, ...shown };
    return { ...common, preview: previewText(value.value, { maxDepth: null, hasColors: false }), ...shown };
  });
}

function valueText({ name, value }: ArtifactView, { output, maxDepth, maxRows = MAX_ROWS }: ArtifactsLooks): string {
  const { colors } = output;
  if (value.kind === "too-large") return colors.dim(`large: --artifact ${name} shows it`);
  if (value.kind === "unreadable") return colors.red(maxDepth === null ? headlineOf(value.error) : value.error.message);
  const rows = maxDepth === null ? null : rowsText(value.value, { maxRows, styleHeader: colors.dim });
  if (rows !== null) return rows;
  const plain = previewText(value.value, { maxDepth, hasColors: false });
  // A value that holds sequences of its own is shown without colours, so that none of them passes for one.
  if (maxDepth === null || !colors.isColorSupported || plain !== visible(plain)) return plain;
  return keepColors(previewText(value.value, { maxDepth, hasColors: true }));
}

function errorJson(error: Error): object {
  return { code: (error as { code?: unknown }).code, message: headlineOf(error) };
}

function headlineOf(error: Error): string {
  return error.message.split("\n", 1)[0] ?? "";
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
