import { createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { containerPlaces, schedulerPlaces } from "../../../runtime/engines/docker/container-places.ts";
import { readSettings } from "../../../runtime/settings/read-settings.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

/** An engine's socket that this process opens itself. */
async function placesBy(env: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  const socket = path.join(folder, "engine.sock");
  const server = createServer().listen(socket);
  await new Promise((resolve) => server.on("listening", resolve));
  onTestFinished(() => void server.close());
  const { storage } = openDatastore(path.join(folder, "store"));
  const settings = readSettings({ DOCKER_HOST: `unix://${socket}`, ...env }, folder);
  return { settings, storage, runtime: { file: null, hash: "0".repeat(64) } };
}

test.skipIf(process.platform === "win32")(
  "a scheduler in a container hands out the GPUs of its machine, which it cannot see",
  async () => {
    const given = await placesBy({ MILLRACE_GPUS: "2", CUDA_VISIBLE_DEVICES: "3,GPU-5e" });
    const { env } = schedulerPlaces(given);
    expect(env).toMatchObject({ MILLRACE_GPUS: "2", CUDA_VISIBLE_DEVICES: "3,GPU-5e" });
    // As the launcher on this machine would have.
    expect(readSettings(env, "/").gpus).toEqual(given.settings.gpus);
    expect(containerPlaces(given).env).not.toHaveProperty("MILLRACE_GPUS");
    const none = await placesBy({ MILLRACE_GPUS: "0" });
    expect(schedulerPlaces(none).env).not.toHaveProperty("MILLRACE_GPUS");
  },
);

test("GPUs of this machine are not those of an engine elsewhere", async () => {
  const elsewhere = await placesBy({ DOCKER_HOST: "tcp://gpu-box:2375", MILLRACE_GPUS: "2" });
  expect(schedulerPlaces(elsewhere).env).not.toHaveProperty("MILLRACE_GPUS");
});
