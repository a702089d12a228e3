import { AnsiUp } from "ansi_up";
import { visible } from "../../../../sdk/base/visible.ts";

/** Colours, and links to the web: all else that drives a terminal is shown as it is written. */
const KEPT =
  /(\u001b\[[\d;:]*m|\u001b\]8;[^;\u0007\u001b]*;https?:\/\/[\x21-\x7e]*(?:\u0007|\u001b\\)|\u001b\]8;;(?:\u0007|\u001b\\))/;

/** A line of output as HTML: its colours stay, everything else of it is escaped. */
export function ansiHtml(line: string): string {
  if (!line.includes("\u001b")) return converter().ansi_to_html(visible(line));
  const parts = line.split(KEPT).map((part, at) => (at % 2 === 1 ? part : visible(part)));
  // A link that is not closed would swallow the rest of the line.
  const opened = parts.filter((_, at) => at % 2 === 1 && parts[at]?.startsWith("\u001b]8;"));
  const text =
    opened.length % 2 === 0 ? parts.join("") : parts.filter((part) => !part.startsWith("\u001b]8;")).join("");
  return converter().ansi_to_html(text);
}

/** One for each line: what a line leaves open must not colour the next one, which may be far away in the list. */
function converter(): AnsiUp {
  const made = new AnsiUp();
  made.use_classes = true;
  made.escape_html = true;
  return made;
}
