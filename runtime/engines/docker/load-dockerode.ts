import { pathToFileURL } from "node:url";
import type Docker from "dockerode";
import { ownFile } from "../../package/own-file.ts";

/** A bundle of its own: only those whose steps run in containers pay for it. */
export async function loadDockerode(): Promise<typeof Docker> {
  const { Dockerode } = (await import(pathToFileURL(ownFile("docker.js")).href)) as { Dockerode: typeof Docker };
  return Dockerode;
}
