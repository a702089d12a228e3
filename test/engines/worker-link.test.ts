import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { WorkerLink } from "../../runtime/engines/local/worker-link.ts";

test("a worker that closes its commands while one lies there unread has closed the channel", async () => {
  const program = 'setTimeout(() => require("fs").closeSync(3), 300); setTimeout(() => undefined, 60_000)';
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  try {
    await new Promise<void>((resolve) => {
      const nothing = () => undefined;
      const link = new WorkerLink(child, { report: nothing, heard: nothing, closed: resolve, spoiled: nothing });
      link.send({ type: "abort", key: "k", reason: { name: "AbortError", message: "nobody reads this" } });
    });
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill("SIGKILL");
  }
}, 10_000);
