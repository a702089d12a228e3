// Adds to package-lock.json what npm leaves out of it: native packages of other platforms that the registry in use
// does not carry. Without them `npm ci` calls the lockfile incomplete, and other platforms would lack their binaries.
// Run it after `npm install`; the entries name exact versions, and npm skips them by `os` and `cpu`.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./run-node.mjs";

const FILE = path.join(ROOT, "package-lock.json");
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"];
const C_LIBRARIES = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const added = Object.values(lock.packages).flatMap(missingBinaries);
for (const [place, entry] of added) lock.packages[place] = entry;
const [root, ...rest] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
if (added.length > 0) writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added.length} packages added`);

function missingBinaries(parent) {
  return Object.entries(parent.optionalDependencies ?? {})
    .map(([name, version]) => [`node_modules/${name}`, binary(name, version, parent)])
    .filter(([place, entry]) => !Object.hasOwn(lock.packages, place) && entry !== null);
}

/** The platform is read off the name, as in `@scope/binding-linux-arm64-musl`; null for other optional packages. */
function binary(name, version, parent) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length === 0 || cpu.length === 0 || !/^\d+\.\d+\.\d+/.test(version)) return null;
  const libc = os[0] === "linux" ? Object.keys(C_LIBRARIES).filter((word) => words.includes(word)) : [];
  return {
    version,
    cpu,
    ...(parent.dev ? { dev: true } : {}),
    ...(libc.length > 0 ? { libc: libc.map((word) => C_LIBRARIES[word]) } : {}),
    optional: true,
    os,
  };
}
