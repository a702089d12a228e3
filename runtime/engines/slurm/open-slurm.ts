import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { blobKey } from "../../datastore/blob-key.ts";
import type { ServiceOptions } from "../engine.ts";
import type { JobListener, JobService } from "../jobs/job-service.ts";
import { openPolled } from "../jobs/polling/open-polled.ts";
import { ownFile } from "../../own-file.ts";
import { type Cluster, readCluster } from "./read-cluster.ts";
import { Shell } from "./shell.ts";
import { SlurmApi } from "./slurm-api.ts";
import type { SlurmJobsPlace } from "./slurm-jobs.ts";
import { slurmError } from "./slurm-error.ts";
import { slurmSettings } from "./slurm-settings.ts";
import { WorkFolder } from "./work-folder.ts";

/** In the user's home. */
const WORK = ".cache/millrace/slurm";

/**
 * Runs jobs on a Slurm cluster, which is asked what it takes.
 * @throws MillraceError where it does not answer
 */
export async function openSlurm({
  settings,
  storage,
  runtime,
  secrets,
}: ServiceOptions): Promise<(listener: JobListener) => JobService> {
  const own = slurmSettings(settings);
  const shell = new Shell({ ...own, env: settings.env });
  const cluster = await readCluster(shell).catch((error: unknown) => {
    throw slurmError(error, "run steps");
  });
  const api = new SlurmApi({
    ...{ shell, cluster, secrets, settings: own, folder: storage.folder },
    work: new WorkFolder(shell, placeOf(own.folder, cluster)),
    runtime: {
      ...runtime,
      read: () => storage.read(blobKey(runtime.hash)) ?? fs.readFileSync(ownFile("container-runtime.gz")),
    },
    credentials: settings.awsVariables,
    ownNode: process.execPath,
  });
  return (listener) => openPolled({ name: "slurm", api, listener });
}

/** Where commands put what jobs write beside the datastore. */
export async function openWork(settings: ServiceOptions["settings"]): Promise<SlurmJobsPlace> {
  const own = slurmSettings(settings);
  const shell = new Shell({ ...own, env: settings.env });
  const work = new WorkFolder(shell, placeOf(own.folder, await readCluster(shell)));
  return { shell, work, username: settings.username };
}

/** A folder that the settings name holds others' files as well, and may be that of a whole team. */
function placeOf(folder: string | null, { home, user }: Cluster): string {
  if (folder === null) return path.posix.join(home, WORK);
  return path.posix.join(folder, `millrace-slurm-${user.replaceAll(/[^A-Za-z0-9._-]/g, "_")}`);
}
