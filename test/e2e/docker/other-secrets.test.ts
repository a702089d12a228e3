import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { curiousProject, REVERSED, TOKEN } from "../../rigs/curious-project.ts";
import { IN_CONTAINERS } from "./containers.ts";

/** A way to the engine that cuts what is sent to a container's stdin in half. */
async function openCuttingDoor() {
  const place = path.join(temporaryFolder(), "docker.sock");
  const server = net.createServer((client) => {
    const engine = net.connect("/var/run/docker.sock");
    let isAttached = false;
    client.on("data", (bytes) => {
      if (isAttached) engine.end(bytes.subarray(0, bytes.length >> 1));
      else engine.write(bytes);
      isAttached ||= bytes.includes("/attach?");
    });
    client.on("error", () => undefined).on("close", () => engine.destroy());
    engine.on("error", () => undefined).pipe(client);
  });
  await once(server.listen(place), "listening");
  return { place, close: () => server.close() };
}

describeWith(DOCKER, "a container's step", () => {
  test("finds no file, variable, argument or mount with another step's secret, which is masked all the same", async () => {
    const datastore = path.join(temporaryFolder(), "store");
    const options = { cwd: curiousProject(), datastore, env: IN_CONTAINERS };
    const run = withRun({ ...(await millrace(["run", "flow.ts", "--with", "docker"], options)), datastore });
    expect(run.code, run.stderr).toBe(0);
    const seen = readArtifacts(run, "end");
    expect(seen).toMatchObject({ turned: REVERSED, found: [] });
    expect(seen["places"]).toBeGreaterThan(20);
    expect(logOf(run, "curious")).toBe("it is ***\n");
  });

  test("does not begin where only half of its secrets arrived: the error says so, and nothing of them", async () => {
    const door = await openCuttingDoor();
    const datastore = path.join(temporaryFolder(), "store");
    const options = {
      cwd: curiousProject(),
      datastore,
      env: { ...IN_CONTAINERS, DOCKER_HOST: `unix://${door.place}` },
    };
    const run = withRun({ ...(await millrace(["run", "flow.ts", "--with", "docker"], options)), datastore });
    door.close();
    expect(run.code, run.stderr).toBe(1);
    const error = tasksOf(run, "start")[0]?.error;
    expect(error).toMatchObject({ code: "MILLRACE_NOT_HANDED_OVER" });
    expect(error?.message).toMatch(/^Cannot begin because .* or not at all: \d+ bytes came before stdin ended/);
    expect(run.stdout + run.stderr).not.toContain(TOKEN.slice(0, 8));
  });
});
