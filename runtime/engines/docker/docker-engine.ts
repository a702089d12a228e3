import { isDockerThere } from "./is-docker-there.ts";
import os from "node:os";
import { JOB_VARIABLES } from "../container/job-variables.ts";
import type { Engine, ServiceOptions } from "../engine.ts";
import type { JobListener } from "../jobs/job-service.ts";
import { type ContainerPlaces, containerPlaces, schedulerPlaces } from "./container-places.ts";

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
  service: (of) => openService(of, containerPlaces(of, of.secrets.readByTask.size > 0)),
  scheduler: {
    options: ["network"],
    reach: (of) => schedulerPlaces(of).env,
    service: (of) => openService(of, schedulerPlaces(of)),
  },
};

async function openService({ gpus, secrets, settings }: ServiceOptions, places: ContainerPlaces) {
  const { openDocker } = await import("./open-docker.ts");
  return (listener: JobListener) =>
    openDocker(listener, {
      ...places,
      secrets,
      seesFiles: settings.env[JOB_VARIABLES.drive] === undefined,
      cores: os.availableParallelism(),
      user: process.getuid === undefined ? null : `${process.getuid()}:${process.getgid?.() ?? 0}`,
      gpus: settings.isDockerHere ? gpus : null,
    });
}
