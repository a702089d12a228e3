// First part of `npm run demo`, `npm test` …: makes a fresh clone runnable, says nothing when there is nothing to do.
// `--no-build`: installs only.
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ROOT, runNode } from "./run-node.mjs";

process.exitCode = await ready();

async function ready() {
  const needed = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")).engines.node;
  if (!satisfies(process.versions.node, needed)) {
    console.error(`Millrace needs Node ${needed}, this is ${process.versions.node} (${process.execPath}).`);
    console.error("Install a current Node from https://nodejs.org and try again.");
    return 1;
  }
  if (!isInstalled()) {
    console.error("Installing the dependencies (npm ci) ...");
    const code = await runNode([npmEntry(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (code !== 0) return code;
  }
  return process.argv.includes("--no-build") ? 0 : runNode(["scripts/ensure-built.mjs"]);
}

/** `range` is of the form ">=20.19". */
function satisfies(version, range) {
  const [major, minor] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor = 0] = range.replace(">=", "").split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** npm writes the hidden lockfile last, after every package is in place. */
function isInstalled() {
  const installed = path.join(ROOT, "node_modules", ".package-lock.json");
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(path.join(ROOT, "package-lock.json")).mtimeMs;
}

/** npm's own JavaScript: the one that runs this script, otherwise the one that came with Node. */
function npmEntry() {
  const node = path.dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    path.join(node, "node_modules", "npm", "bin", "npm-cli.js"),
    path.join(node, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    "/usr/share/nodejs/npm/bin/npm-cli.js",
  ];
  const found = candidates.find((file) => file?.endsWith("npm-cli.js") && existsSync(file));
  if (found !== undefined) return found;
  throw new Error("Cannot find npm beside Node: run `npm ci` by hand, then try again.");
}
