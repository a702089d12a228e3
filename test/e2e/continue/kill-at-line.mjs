import fs from "node:fs";
import process from "node:process";

// Preloaded into a scheduler: here is its end, right after it has written that line of a journal; or in the middle of it.
const { KILL_AT_LINE, KILL_IN_LINE } = process.env;
let left = Number(KILL_AT_LINE ?? KILL_IN_LINE ?? Infinity);
const write = fs.writeSync.bind(fs);

fs.writeSync = (descriptor, bytes, ...rest) => {
  const text = Buffer.from(bytes).toString();
  const lines = /^\{("format":1,)?"type":"(run|task|journal)-/.test(text) ? text.split("\n").length - 1 : 0;
  if (lines === 0 || (left -= lines) > 0) return write(descriptor, bytes, ...rest);
  if (KILL_IN_LINE === undefined) write(descriptor, bytes, ...rest);
  else write(descriptor, bytes, 0, bytes.length - 10);
  process.kill(process.pid, "SIGKILL");
  return bytes.length;
};
