import type Docker from "dockerode";
import { ownProgram } from "../../own-program.ts";

/** A bundle of its own: only those whose steps run in containers pay for it. */
export function loadDockerode(): typeof Docker {
  return (ownProgram("docker", "client") as { Dockerode: typeof Docker }).Dockerode;
}
