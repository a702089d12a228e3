import fs from "node:fs";
import type { Environment } from "../../settings/environment.ts";

/** Whether this machine has an engine, or is told of one, that may or may not answer. */
export function isDockerThere(env: Environment): boolean {
  if (process.platform === "win32" || env["DOCKER_HOST"] !== undefined) return true;
  const home = env["HOME"];
  const sockets = ["/var/run/docker.sock", ...(home === undefined ? [] : [`${home}/.docker/run/docker.sock`])];
  return sockets.some((file) => fs.existsSync(file));
}
