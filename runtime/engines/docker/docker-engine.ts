import { isDockerThere } from "./is-docker-there.ts";
import os from "node:os";
import { isDockerHere } from "../../config.ts";
import type { Engine } from "../engine.ts";
import { containerPlaces } from "./container-places.ts";

/** Containers of this machine's Docker engine. */
export const dockerEngine: Engine = {
  name: "docker",
  where: "in containers",
  indexVariables: [],
  settings: {},
  secrets: { kind: "handed-over" },
  jobs: {
    place: null,
    logKeeper: "Docker",
    isSetUp: isDockerThere,
    async open() {
      const { DockerJobs } = await import("./docker-jobs.ts");
      return new DockerJobs();
    },
  },
  reach: (of) => containerPlaces(of).env,
  usesGpusHere: isDockerHere,
  endingOf: ({ run }) => `docker rm --force $(docker ps --quiet --filter label=millrace.run=${run})`,
  async service({ gpus, secrets, ...place }) {
    const { openDocker } = await import("./open-docker.ts");
    return (listener) =>
      openDocker(listener, {
        ...containerPlaces(place),
        secrets,
        cores: os.availableParallelism(),
        user: process.getuid === undefined ? null : `${process.getuid()}:${process.getgid?.() ?? 0}`,
        gpus: isDockerHere() ? gpus : null,
      });
  },
};
