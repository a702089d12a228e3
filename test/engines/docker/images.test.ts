import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER, IMAGE, IMAGE_WITHOUT_NODE } from "../../rigs/docker/engine.ts";

const BUILDER = path.join(ROOT, "runtime/engines/images/build-local.sh");

function inContainer(image: string, ...args: string[]) {
  return docker("run", "--rm", "--network", "none", ...args.slice(0, -1), image, "sh", "-c", args.at(-1) ?? "");
}

function docker(...args: string[]) {
  return spawnSync("docker", args, { encoding: "utf8" });
}

describeWith(DOCKER, "the images that tests run in", () => {
  test("have this process's Node, its npm, a shell, and a home that any user may write to", () => {
    const seen = inContainer(
      IMAGE,
      ...["--user", "4321:4321"],
      "node --version && npm --version && cd $HOME && echo written > file && cat file && id -u",
    );
    expect(seen.status, seen.stderr).toBe(0);
    expect(seen.stdout).toMatch(new RegExp(`^${process.version}\\n\\d+\\.\\d+\\.\\d+\\nwritten\\n4321\\n$`));
  });

  test("resolve names as the machine does", () => {
    const script = `require("node:dns").lookup("localhost", (error, address) => console.log(error ?? address))`;
    const seen = docker("run", "--rm", "--network", "none", IMAGE, "node", "-e", script);
    expect(seen.stdout, seen.stderr).toMatch(/^(127\.0\.0\.1|::1)\n$/);
  });

  test("one of them has a shell but no Node", () => {
    expect(inContainer(IMAGE_WITHOUT_NODE, "node --version")).toMatchObject({
      status: 127,
      stderr: expect.stringContaining("node: not found"),
    });
  });

  test("are left as they are if they would come out the same", () => {
    const id = () => docker("image", "inspect", "--format", "{{.Id}}", IMAGE).stdout;
    const before = id();
    const built = spawnSync(BUILDER, [], { encoding: "utf8", env: { ...process.env, NODE: process.execPath } });
    expect(built).toMatchObject({ status: 0, stdout: `${IMAGE}\n` });
    expect(id()).toBe(before);
  });

  test("are not built with a Node that is not there: the builder says so", () => {
    const built = spawnSync(BUILDER, ["x:y"], { encoding: "utf8", env: { ...process.env, NODE: "/no/node" } });
    expect(built).toMatchObject({
      status: 1,
      stderr: "Cannot build the image x:y because there is no program /no/node\n",
    });
  });
});
