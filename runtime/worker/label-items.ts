import { visibleLine } from "../../sdk/base/visible.ts";
import { cutText } from "../text/cut-text.ts";
import { previewOf, scalarText } from "./preview-of.ts";

export interface LabelItemsOptions {
  /** The property that tells items apart; null for a preview of each. */
  readonly label: string | null;
  /** Puts `***` in the place of secrets; null if there are none. */
  readonly mask: ((text: string) => string) | null;
}

export interface LabelledItems {
  /** One for each item, each a short line. */
  readonly labels: readonly string[];
  /** Places of items that have no such property: they got a preview. */
  readonly without: readonly number[];
}

/** Terminal cells of a label. */
const MAX_WIDTH = 40;
/** Of a longer text nothing is looked at that lies further back; a secret in it must be seen as a whole. */
const MAX_CHARS = 256;
const MAX_MASKED_CHARS = 64 * 1024;

/** What is shown of each item of a foreach beside its task. */
export function labelItems(items: readonly unknown[], { label, mask }: LabelItemsOptions): LabelledItems {
  const without: number[] = [];
  const hide = (text: string) => (mask?.(text.slice(0, MAX_MASKED_CHARS)) ?? text).slice(0, MAX_CHARS);
  const labels = items.map((item, index) => {
    const named = label === null ? item : propertyOf(item, label);
    const scalar = scalarText(named);
    if (scalar !== null) return shortLine(hide(scalar));
    const isMissing = label !== null && (named === undefined || named === null || typeof named === "function");
    if (isMissing) without.push(index);
    return shortLine(previewOf(isMissing ? item : named, { hide, maxChars: MAX_WIDTH }));
  });
  return { labels, without };
}

/** A getter runs the flow's own code, which may throw. */
function propertyOf(item: unknown, name: string): unknown {
  try {
    return (item as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function shortLine(text: string): string {
  return cutText(visibleLine(text).trim(), MAX_WIDTH);
}
