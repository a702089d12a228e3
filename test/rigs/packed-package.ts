import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { ROOT } from "./harness.ts";

/** The package as `npm pack` makes it of what was built. */
export interface PackedPackage {
  readonly tarball: string;
  /** Paths inside it. */
  readonly files: readonly string[];
}

export function packPackage(folder: string): PackedPackage {
  const command = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", command, { cwd: ROOT, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`npm pack ended with ${status}:\n${stderr}`);
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error(`npm pack made nothing:\n${stderr}`);
  return { tarball: path.join(folder, packed.filename), files: packed.files.map((file) => file.path) };
}

/** Puts the package into a project as npm does; `beside` are those of the repository's packages that are there as well. */
export function installPacked({ tarball }: PackedPackage, project: string, beside: readonly string[]): void {
  const modules = path.join(project, "node_modules");
  const home = path.join(modules, "millrace");
  fs.mkdirSync(home, { recursive: true });
  const { status, stderr } = spawnSync("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`tar ended with ${status}:\n${stderr}`);
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(home, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), ...beside]) {
    fs.mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name), "junction");
  }
}
