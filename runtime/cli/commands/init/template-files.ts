import fs from "node:fs";
import path from "node:path";
import { ownFile } from "../../../own-file.ts";
import { slashed } from "../../../package/ship/found-file.ts";

/** The files of a template by their path in the project, with what stands for its name and for Millrace put in. */
export function templateFiles(
  template: string,
  values: { readonly name: string; readonly millrace: string },
): ReadonlyMap<string, string> {
  const home = path.join(path.dirname(ownFile("cli.cjs")), "..", "templates");
  const folders = [path.join(home, "common"), path.join(home, template)];
  const texts = folders.flatMap((folder) =>
    filesIn(folder).map((file): [string, string] => {
      const text = fs.readFileSync(path.join(folder, file), "utf8");
      return [placeOf(file), text.replaceAll(/\{\{(name|millrace)\}\}/g, (_, key: "name" | "millrace") => values[key])];
    }),
  );
  // What the template has itself stands for the common one.
  return new Map(texts);
}

/** In a package, npm takes a `.gitignore` for a list of what is not in it, and others a `package.json` for one of their own. */
function placeOf(file: string): string {
  return file === "gitignore" ? ".gitignore" : file.replace(/\bpackage\.template\.json$/, "package.json");
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => slashed(path.relative(folder, path.join(entry.parentPath, entry.name))))
    .sort();
}
