// What NVIDIA's program prints in a loop, as far as Millrace asks it: a line for each of two GPUs, the first one busier each time.
import fs from "node:fs";

const words = process.argv.slice(2);
fs.appendFileSync(process.env.ASKED, `${words.join(" ")}\n`);
const everyMs = process.env.EVERY_MS ?? 1000 * words[words.indexOf("-l") + 1];
let time = 0;
const print = () => {
  const busy = Math.min(20 * time, 80);
  process.stdout.write(`0, GPU-11111111-aaaa, ${busy}, ${1000 + 500 * Math.min(time, 4)}, NVIDIA A100-SXM4-80GB\n`);
  process.stdout.write("1, GPU-22222222-bbbb, [N/A], 300, NVIDIA T4\n");
  time += 1;
};
print();
setInterval(print, everyMs);
process.stdout.on("error", () => process.exit(0));
