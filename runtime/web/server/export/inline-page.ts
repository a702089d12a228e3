import { createHash } from "node:crypto";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { escapeHtml } from "../../../text/escape-html.ts";
import { EXPORT_ID } from "../../api/export-format.ts";
import { PageFiles } from "../page-files.ts";

const SCRIPT = /<script\b[^>]*\bsrc="([^"]+)"[^>]*><\/script>/;
const STYLES = /<link\b[^>]*\brel="stylesheet"[^>]*\bhref="([^"]+)"[^>]*>/;

export interface InlineOptions {
  readonly title: string;
  /** In base64. */
  readonly data: string;
}

/** The page as one document, that asks the network for nothing: its script, its styles and its data stand in it. */
export function inlinePage({ title, data }: InlineOptions): string {
  const files = new PageFiles();
  const page = textOf(files, "/");
  const script = withoutTags(textOf(files, SCRIPT.exec(page)?.[1] ?? ""));
  const styles = textOf(files, STYLES.exec(page)?.[1] ?? "").replaceAll(/<\/style/gi, String.raw`<\/style`);
  // Functions: what stands for a match in a replacement text may stand in a script.
  return page
    .replace(SCRIPT, () => "")
    .replace(STYLES, () => `<style>${styles}</style>`)
    .replace(/<title>[^<]*<\/title>/, () => `${policy(script)}<title>${escapeHtml(title)}</title>`)
    .replace("</body>", () => `${dataScript(data)}<script type="module">${script}</script></body>`);
}

/** How large a page without data is. */
export function inlinedBytes(): number {
  return Buffer.byteLength(inlinePage({ title: "", data: "" }));
}

function dataScript(data: string): string {
  return `<script type="application/octet-stream" id="${EXPORT_ID}">${data}</script>`;
}

/** Whatever the data holds, this script alone is executed, and nothing leaves. */
function policy(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  const rules = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(rules.join("; "))}">`;
}

/** What would end the script where it stands; in a string, a template or a regular expression it means the same so. */
function withoutTags(script: string): string {
  return script.replaceAll(/<(?=\/?script|!--)/gi, String.raw`\x3c`);
}

function textOf(files: PageFiles, address: string): string {
  const file = address === "" ? null : files.find(address);
  if (file !== null) return file.bytes.toString();
  throw new MillraceError({
    code: "MILLRACE_UI",
    headline: "Cannot export the page because the installed package lacks its files",
    hint: "install the package millrace anew; in a checkout: npm run build",
  });
}
