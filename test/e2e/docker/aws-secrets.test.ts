import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { FOUND_IN_AWS, leaksIn, secretScene, withSource } from "../../rigs/aws/secret-scene.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { logOf, millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const NEEDS = { name: `${MOTO.name} and ${DOCKER.name}`, missing: MOTO.missing ?? DOCKER.missing };

describeWith(NEEDS, "secrets that AWS keeps, of a step in a container", () => {
  const moto = motoForFile();

  test("are read in the container, and nowhere in what the engine tells of it, nor in store and log", async () => {
    const { cwd } = await secretScene(moto.url());
    const [datastore, gate] = [path.join(temporaryFolder(), "store"), temporaryFolder()];
    const env = { ...awsEnvironment(moto.url()), ...IN_CONTAINERS };
    const args = ["run", "flow.ts", "--with", `docker:mounts=["${gate}:${gate}"]`, "--gate", gate];
    const going = millrace(args, { cwd, datastore, env });
    await expect.poll(() => fs.existsSync(path.join(gate, "started")), { timeout: 60_000 }).toBe(true);
    const [id = ""] = openDatastore(datastore).runs("KeptFlow");
    const containers = containersOf({ flow: "KeptFlow", run: id }, "start");
    const told = [docker("inspect", ...containers), ...containers.map((one) => docker("logs", one))];
    fs.writeFileSync(path.join(gate, "go"), "");
    const run = withRun({ ...(await going), datastore });
    expect(run.code, run.stderr).toBe(0);
    expect(containers).toHaveLength(1);
    expect(told.flatMap(leaksIn)).toEqual([]);
    expect(readArtifacts(run, "end")).toMatchObject({ found: FOUND_IN_AWS, left: [] });
    expect(logOf(run, "start", { stream: "stdout" })).toBe('token *** *** "***"\n');
    expect(leaksIn(run.stdout + run.stderr)).toEqual([]);
    const entries = fs.readdirSync(datastore, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(leaksIn(fs.readFileSync(file)), file).toEqual([]);
  });

  test("that only a cluster has are refused before the run", async () => {
    const cwd = withSource(`{ type: "kubernetes", name: "db" }`);
    const seen = await millrace(["run", "flow.ts", "--with", "docker"], { cwd, env: IN_CONTAINERS });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain(
      "Cannot run steps in containers because their secrets are of type kubernetes, which only that engine brings",
    );
  });
});
