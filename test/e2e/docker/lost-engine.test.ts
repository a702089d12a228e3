import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DOCKER } from "../../docker/engine.ts";
import { describeWith } from "../../setup/describe-with.ts";
import { tasksOf, temporaryFolder, withRun } from "../harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/busy.ts", import.meta.url));
const ENGINE = "/var/run/docker.sock";

/** The machine's engine, reached by another way, which can be closed. */
async function doorTo(engine: string): Promise<{ place: string; close(): void }> {
  const place = path.join(temporaryFolder(), "docker.sock");
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const other = net.connect(engine);
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      open.add(from);
      from.on("error", () => undefined).pipe(to);
      from.on("close", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(place, resolve));
  return {
    place,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

describeWith(DOCKER, "an engine that goes away", () => {
  test("fails the steps that it ran, in its own words, and the run ends", async () => {
    const [gate, datastore] = [temporaryFolder(), path.join(temporaryFolder(), "store")];
    const door = await doorTo(ENGINE);
    const args = ["run", "--with", `docker:mounts=["${gate}:${gate}"]`, "--gate", gate];
    const env = { ...IN_CONTAINERS, DOCKER_HOST: `unix://${door.place}` };
    const started = startFlow(FLOW, args, { datastore, env });
    await started.said("waits to be let go");
    door.close();
    const run = withRun({
      ...(await started.exit()),
      stdout: "",
      stderr: started.stderr(),
      events: started.events,
      datastore,
    });
    try {
      expect(run.code, run.stderr).toBe(1);
      expect(tasksOf(run, "waits")[0]?.error).toMatchObject({ name: "JobEnded", code: "MILLRACE_JOB_ENDED" });
      expect(tasksOf(run, "waits")[0]?.error?.message).toMatch(/docker says: .*(socket hang up|ECONNRESET)/);
      expect(run.stderr).toContain("cannot remove the container");
    } finally {
      docker("rm", "--force", ...containersOf(run));
    }
  });
});
