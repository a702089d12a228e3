import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/busy.ts", import.meta.url));
const ENGINE = "/var/run/docker.sock";

/** The machine's engine, reached by a place of our own, which can be closed and opened again. */
class Door {
  readonly place = path.join(temporaryFolder(), "docker.sock");
  readonly #open = new Set<net.Socket>();
  #server: net.Server | null = null;

  async open(): Promise<void> {
    this.#server = net.createServer((socket) => {
      this.#join(socket, net.connect(ENGINE));
    });
    await once(this.#server.listen(this.place), "listening");
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#open) socket.destroy();
    this.#open.clear();
  }

  #join(one: net.Socket, other: net.Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#open.add(from);
      from.on("error", () => undefined).pipe(to);
      from.on("close", () => to.destroy());
    }
  }
}

describeWith(DOCKER, "an engine that is started anew", () => {
  test("finds its containers again: the run goes on as if nothing had been", async () => {
    const [gate, datastore, door] = [temporaryFolder(), path.join(temporaryFolder(), "store"), new Door()];
    await door.open();
    const args = ["run", "--with", `docker:mounts=["${gate}:${gate}"]`, "--gate", gate];
    const env = { ...IN_CONTAINERS, DOCKER_HOST: `unix://${door.place}` };
    const started = startFlow(FLOW, args, { datastore, env });
    await started.said("waits to be let go");
    // The other branch is over: no container has to be made or removed meanwhile.
    await started.event((event) => event.type === "task-succeeded" && event.task === 3);
    door.close();
    fs.writeFileSync(path.join(gate, "go"), "");
    await door.open();
    const exit = await started.exit();
    door.close();
    const run = withRun({ ...exit, stdout: "", stderr: started.stderr(), events: started.events, datastore });
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ total: 42 });
    expect(tasksOf(run, "waits")[0]).toMatchObject({ attempt: 0 });
    // The one whose removal met a closed door.
    for (const id of containersOf(run)) docker("rm", "--force", id);
  });
});
