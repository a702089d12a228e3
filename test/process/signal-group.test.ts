import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { OWN_GROUP, signalGroup } from "../../runtime/process/signal-group.ts";

const STARTS_ANOTHER = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
  console.log(child.pid);
  setInterval(() => {}, 1000);
`;

test.skipIf(process.platform === "win32")("a process ends with what it has started", async () => {
  const child = spawn(process.execPath, ["-e", STARTS_ANOTHER], {
    ...OWN_GROUP,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout!, "data");
  // It closes once neither of them holds the pipe any more.
  const closed = once(child, "close");
  signalGroup(child.pid!, "SIGKILL");
  expect(await closed).toEqual([null, "SIGKILL"]);
  expect(() => signalGroup(child.pid!, "SIGKILL")).not.toThrow();
});
