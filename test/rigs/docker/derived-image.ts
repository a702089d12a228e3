import { spawnSync } from "node:child_process";
import { IMAGE } from "./engine.ts";

/** An image like the one that tests run in, with variables of its own: for jobs, whose environment a test cannot set. */
export function derivedImage(tag: string, variables: Readonly<Record<string, string>>): string {
  const wanted = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  if (isThere(tag, wanted)) return tag;
  const id = docker("create", IMAGE, "true");
  docker("commit", ...wanted.flatMap((one) => ["--change", `ENV ${one}`]), id, tag);
  docker("rm", id);
  return tag;
}

/** Also while a container of it is being removed. */
export function removeImage(tag: string): void {
  docker("image", "rm", "--force", tag);
}

/** A job's role gives it credentials on AWS; elsewhere its image does. */
export function imageWithCredentials(): string {
  return derivedImage("millrace-test:aws", { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" });
}

/** Made from today's image, and with these variables. */
function isThere(tag: string, wanted: readonly string[]): boolean {
  const format = "{{.Parent}} {{json .Config.Env}}";
  const { stdout, status } = spawnSync("docker", ["image", "inspect", "--format", format, tag], { encoding: "utf8" });
  if (status !== 0) return false;
  const [parent = "", ...env] = stdout.trim().split(" ");
  const variables = JSON.parse(env.join(" ")) as readonly string[];
  return (
    parent === docker("image", "inspect", "--format", "{{.Id}}", IMAGE) &&
    wanted.every((one) => variables.includes(one))
  );
}

function docker(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}
