import fs from "node:fs";
import { environment } from "../../config.ts";

/** Whether this machine has an engine, or is told of one, that may or may not answer. */
export function isDockerThere(): boolean {
  if (process.platform === "win32" || environment()["DOCKER_HOST"] !== undefined) return true;
  const home = environment()["HOME"];
  const sockets = ["/var/run/docker.sock", ...(home === undefined ? [] : [`${home}/.docker/run/docker.sock`])];
  return sockets.some((file) => fs.existsSync(file));
}
