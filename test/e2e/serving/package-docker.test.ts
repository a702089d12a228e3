import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { models } from "../../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../../catalog/models/model-rig.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER, IMAGE } from "../../rigs/docker/engine.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { moment, serviceProject } from "../../rigs/serving/started-service.ts";

/** Reads a file that lies beside it, and imports a module and a package of the project. */
const SERVICE = `
  import fs from "node:fs";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";
  import { firstOf } from "./lib/first.ts";

  const labels: string[] = JSON.parse(fs.readFileSync(new URL("labels.json", import.meta.url), "utf8"));

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";

    @predict({ input: z.string() })
    score(rows: string[]) {
      if (rows.includes("nobody")) throw new Error("there is no such customer");
      return rows.map((id) => ({ id, model: firstOf(this.model), label: labels[0] }));
    }
  }

  serve(ChurnService);
`;

interface AboutModel {
  readonly name: string;
  readonly service: object;
}

describeWith(DOCKER, "package docker", () => {
  test("the image answers with the model, says which code it runs, and ends with 0 when it is asked to", async () => {
    const { folder: datastore, train } = modelRig();
    await models.register("Churn", pathspecOf(train("run-1", 11)), { datastore });
    await models.promote("Churn", 1, { alias: "production", datastore });
    const project = serviceProject(SERVICE);
    fs.writeFileSync(path.join(project, "labels.json"), '["leaves"]');
    fs.mkdirSync(path.join(project, "lib"));
    fs.writeFileSync(
      path.join(project, "lib/first.ts"),
      "export function firstOf(bytes: Buffer): number | undefined { return bytes[0]; }",
    );

    const tag = `millrace-test:service-${process.pid}`;
    onTestFinished(() => void docker("image", "rm", "--force", tag));
    const built = await tsx(path.join(project, "service.ts"), [
      "package",
      "docker",
      "--tag",
      tag,
      "--base",
      IMAGE,
      "--json",
    ]);
    expect(built.code, built.stderr).toBe(0);
    const { code, id } = JSON.parse(built.stdout) as { code: { hash: string }; id: string };
    expect(docker("image", "inspect", "--format", '{{index .Config.Labels "millrace.code"}} {{.Id}}', tag)).toBe(
      `${code.hash} ${id}`,
    );

    // As Kubernetes runs it: without a name for its user, on a disk that it cannot write to.
    const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
    const mounts = ["--volume", `${datastore}:${datastore}`, "--env", `MILLRACE_DATASTORE=${datastore}`];
    const serve = ["serve", "--host", "0.0.0.0", "--workers", "1", "--expect-code", code.hash];
    const how = ["--detach", "--publish", "127.0.0.1::3000", "--user", user, "--read-only", "--tmpfs", "/tmp"];
    const container = docker("run", ...how, ...mounts, tag, ...serve);
    onTestFinished(() => void docker("rm", "--force", "--volumes", container));
    const address = `http://${docker("port", container, "3000")}`;
    await ready(address, container);

    const response = await fetch(`${address}/score`, { method: "POST", body: '"ada"' });
    expect([response.status, await response.json()]).toEqual([200, { id: "ada", model: 11, label: "leaves" }]);
    expect(response.headers.get("x-model")).toBe("Churn@1");
    const about = (await (await fetch(`${address}/model`)).json()) as AboutModel;
    const service = { name: "ChurnService", code: code.hash, wantedCode: code.hash, isRight: true };
    expect(about).toMatchObject({ name: "Churn", service });

    // What it throws names the file that was written, not the script that was made of it.
    const thrown = await fetch(`${address}/score`, { method: "POST", body: '"nobody"' });
    expect(thrown.status).toBe(500);
    const line = SERVICE.split("\n").findIndex((text) => text.includes("no such customer")) + 1;
    expect(docker("logs", container)).toMatch(
      new RegExp(`there is no such customer\\s+at _?ChurnService\\.score \\(.*service\\.ts:${line}:\\d+\\)`),
    );

    const status = await millrace(["models", "status", "Churn", "--datastore", datastore, "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject([{ state: "right", code: code.hash, isRightCode: true }]);
    docker("stop", "--time", "30", container);
    expect(docker("inspect", "--format", "{{.State.ExitCode}}", container)).toBe("0");
  });
});

async function ready(address: string, container: string): Promise<void> {
  for (;;) {
    // Before the server listens, the engine takes connections that nobody answers.
    const status = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    const isRunning = docker("inspect", "--format", "{{.State.Running}}", container) === "true";
    if (!isRunning) throw new Error(`the container has ended: ${docker("logs", container)}`);
    await moment(100);
  }
}

function docker(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return `${stdout}${args[0] === "logs" ? stderr : ""}`.trim();
}
