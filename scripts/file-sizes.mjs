// Files stay small: past 400 lines is an error, past 250 a warning.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./run-node.mjs";

const LIMIT = 400;
const WARNING = 250;

const sizes = ["sdk", "runtime", "test", "examples"]
  .flatMap(typescriptFiles)
  .map((file) => ({ file, lines: lineCount(file) }));
const large = sizes.filter(({ lines }) => lines > WARNING).sort((a, b) => b.lines - a.lines);
for (const { file, lines } of large) {
  console.log(`${lines > LIMIT ? "error" : "warning"}: ${file} has ${lines} lines (aim for 50-120, at most ${LIMIT})`);
}
if (large.some(({ lines }) => lines > LIMIT)) process.exitCode = 1;

function typescriptFiles(folder) {
  return readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")));
}

function lineCount(file) {
  return readFileSync(path.join(ROOT, file), "utf8").trimEnd().split("\n").length;
}
