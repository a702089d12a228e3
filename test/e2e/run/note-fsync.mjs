// Loaded before Millrace: notes each call that makes the disk itself keep something, and of what.
import fs from "node:fs";

const { FSYNC_NOTES = "" } = process.env;
for (const name of ["fsyncSync", "fdatasyncSync"]) {
  const original = fs[name];
  fs[name] = (descriptor) => {
    original(descriptor);
    fs.appendFileSync(FSYNC_NOTES, `${process.pid} ${fs.readlinkSync(`/proc/self/fd/${descriptor}`)}\n`);
  };
}
