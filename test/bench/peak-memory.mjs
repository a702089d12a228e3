// Preloaded into Millrace: leaves the peak memory of the process when it ends. Workers may inherit this, so each line
// names the parent.
import { appendFileSync } from "node:fs";

process.once("exit", () => {
  const file = process.env["BENCH_PEAK_FILE"];
  if (file !== undefined) appendFileSync(file, `${process.ppid} ${process.resourceUsage().maxRSS}\n`);
});
