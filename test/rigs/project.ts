import fs from "node:fs";
import path from "node:path";
import { ROOT, temporaryFolder } from "./harness.ts";

// What most projects need beside their flow: a tsconfig.json of each decorator dialect, a package.json of each module kind.
export const STANDARD = JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext", strict: true } });
export const LEGACY = JSON.stringify({
  compilerOptions: { target: "ES2022", module: "NodeNext", strict: true, experimentalDecorators: true },
});
export const ESM = JSON.stringify({ name: "project", type: "module" });
export const COMMONJS = JSON.stringify({ name: "project" });

/** Makes a folder with these files, in which `millrace` is installed; it is removed when the test is over. */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  link(ROOT, path.join(folder, "node_modules/millrace"));
  return folder;
}

/** Links a folder as npm does for a package of the same workspace. */
export function link(target: string, place: string): void {
  fs.mkdirSync(path.dirname(place), { recursive: true });
  // A junction needs no rights on Windows; elsewhere the kind is ignored.
  fs.symlinkSync(target, place, "junction");
}

/** A project with a copy of the built package: a link would make the package part of the project's own source. */
export function installedProject(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  const place = path.join(folder, "node_modules/millrace");
  fs.cpSync(path.join(ROOT, "dist"), path.join(place, "dist"), {
    recursive: true,
    filter: (file) => !file.endsWith("types"),
  });
  fs.copyFileSync(path.join(ROOT, "package.json"), path.join(place, "package.json"));
  for (const name of ["esbuild", "get-tsconfig"]) {
    fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(folder, "node_modules", name), "junction");
  }
  const all = { "package.json": ESM, "tsconfig.json": LEGACY, ...files };
  for (const [name, text] of Object.entries(all)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}
