// Preloaded: before the second process of a run writes its first result, a gc comes and goes.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import process from "node:process";

const [command = [], notes = ""] = JSON.parse(process.env["GC_FIRST"]);
const open = fs.openSync;

fs.openSync = (file, flags, ...rest) => {
  const descriptor = open(file, flags, ...rest);
  const isAppending = typeof flags === "number" && (flags & fs.constants.O_APPEND) !== 0;
  if (isAppending && /[\\/]results[\\/]/.test(file)) {
    fs.appendFileSync(notes, "x");
    if (fs.statSync(notes).size === 2) fs.appendFileSync(notes, spawnSync(process.execPath, command).stdout);
  }
  return descriptor;
};
