import fs from "node:fs";
import path from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};
const MAX_BYTES = 50_000_000;

/**
 * A picture that a notebook names, as a `data:` URL; null for what is no picture in its folder. Links that lead out of
 * the folder are not followed: a page is sent to others, a notebook may come from others.
 */
export function localImage(href: string, folder: string): string | null {
  const type = TYPES[path.extname(href).toLowerCase()];
  if (type === undefined || /^[a-z][a-z\d+.-]+:/i.test(href)) return null;
  for (const name of new Set([unescapedName(href), href])) {
    const bytes = bytesWithin(folder, name);
    if (bytes !== null) return `data:${type};base64,${bytes.toString("base64")}`;
  }
  return null;
}

/** A name as part of a URL, or as it is: a `%` need not begin anything. */
export function unescapedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function bytesWithin(folder: string, name: string): Buffer | null {
  if (path.isAbsolute(name) || name.includes("\0")) return null;
  try {
    const root = fs.realpathSync(folder);
    const file = fs.realpathSync(path.resolve(root, name));
    const stats = fs.statSync(file);
    const isInside = file.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
    return isInside && stats.isFile() && stats.size <= MAX_BYTES ? fs.readFileSync(file) : null;
  } catch {
    return null;
  }
}
