import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { containersOf, IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/busy.ts", import.meta.url));
const NAME = "BusyContainersFlow";

interface Listed {
  readonly engine: string;
  readonly run: string;
  readonly step: string;
  readonly state: string;
  readonly user: string;
}

describeWith(DOCKER, "jobs in containers", () => {
  test(
    "are listed and ended, with the flow file or without, by jobs of all engines",
    { timeout: 180_000 },
    async () => {
      const gate = temporaryFolder();
      const options = {
        datastore: path.join(temporaryFolder(), "store"),
        env: { ...IN_CONTAINERS, MILLRACE_USER: "ada" },
      };
      const mounts = `docker:mounts=["${gate}:${gate}"]`;
      const run = startFlow(FLOW, ["run", "--with", mounts, "--gate", gate], options);
      await run.said("waits to be let go");

      const listed = await millrace(["jobs", "list", "--step", "waits", "--json"], options);
      expect(listed.stderr).toContain("batch is left out: Cannot use AWS Batch because no job queue is named");
      const jobs = JSON.parse(listed.stdout) as Listed[];
      expect(jobs).toMatchObject([{ engine: "docker", step: "waits", state: "running", user: "ada" }]);
      const [{ run: id } = { run: "" }] = jobs;

      const others = await millrace(["jobs", "list", FLOW, "--engine", "docker", "--user", "grace"], options);
      expect(others.stderr).toBe(`no job of ${NAME} of grace is under way in containers\n`);
      const logs = await millrace(["jobs", "logs", FLOW, "latest/waits"], options);
      expect(logs.stdout).toContain("waits to be let go");

      const refused = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "1" };
      const keys = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing", MILLRACE_BATCH_QUEUE: "lost" };
      const unasked = { ...options, env: { ...options.env, ...refused, ...keys } };
      const unsure = await millrace(["jobs", "kill", FLOW, "--run", "latest"], unasked);
      expect(unsure).toMatchObject({ code: 2, stdout: "" });
      expect(unsure.stderr).toContain("AWS Batch");

      const killed = await millrace(
        ["jobs", "kill", FLOW, "--engine", "docker", "--run", "latest", "--step", "waits"],
        options,
      );
      expect(killed.stdout, killed.stderr).toMatch(
        new RegExp(`^ended ${id}/waits/\\d+ \\(running, job [0-9a-f]+\\)\n$`),
      );
      expect(await run.exit()).toMatchObject({ code: 1 });
      expect(containersOf({ flow: NAME, run: id })).toEqual([]);
    },
  );
});
