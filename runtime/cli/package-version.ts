import fs from "node:fs";

/** Millrace's own version; the package's root lies one folder above the bundle, two above the source. */
export function packageVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    const url = new URL(place, import.meta.url);
    if (fs.existsSync(url)) return (JSON.parse(fs.readFileSync(url, "utf8")) as { version: string }).version;
  }
  return "unknown";
}
