import { isDockerThere } from "./is-docker-there.ts";
import os from "node:os";
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
    isSetUp: ({ settings }) => isDockerThere(settings.env),
    async open() {
      const { DockerJobs } = await import("./docker-jobs.ts");
      return new DockerJobs();
    },
  },
  reach: (of) => containerPlaces(of).env,
  computesHere: (settings) => settings.isDockerHere,
  endingOf: ({ run }) => `docker rm --force $(docker ps --quiet --filter label=millrace.run=${run})`,
  async service({ gpus, secrets, ...place }) {
    const { openDocker } = await import("./open-docker.ts");
    return (listener) =>
      openDocker(listener, {
        ...containerPlaces(place),
        secrets,
        cores: os.availableParallelism(),
        user: process.getuid === undefined ? null : `${process.getuid()}:${process.getgid?.() ?? 0}`,
        gpus: place.settings.isDockerHere ? gpus : null,
      });
  },
};
