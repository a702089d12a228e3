import fs from "node:fs";
import path from "node:path";
import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { Shipment, ShippedInstall } from "../../datastore/shipment.ts";
import { runNpm } from "../../package/run-npm.ts";
import { unpackArchive } from "../../package/ship/unpack-archive.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import type { JobSetup } from "../jobs/group-document.ts";

export interface UnpackOptions {
  readonly document: Pick<RunDocument, "shipment" | "code">;
  readonly step: string;
  readonly environment: JobSetup["environment"];
  /** An own folder, which holds Millrace itself. */
  readonly home: string;
}

/** Makes the folders that mirror the project's root and the launcher's working directory; they may hold no file. */
export function makePlaces({ shipment }: Pick<RunDocument, "shipment">, home: string): { root: string; cwd: string } {
  if (shipment === undefined) throw brokenInvariant("the run was started without what containers need");
  const [root, cwd] = [path.join(home, shipment.project.root), path.join(home, shipment.project.cwd)];
  for (const folder of [root, cwd]) fs.mkdirSync(folder, { recursive: true });
  return { root, cwd };
}

/** Where `@env` packages of a step will lie; null if it has none. */
export function environmentOf(
  { shipment }: Pick<RunDocument, "shipment">,
  { step, environment, home }: Omit<UnpackOptions, "document">,
): WorkerSetup["environment"] {
  if (environment === null || shipment?.environments[step] === undefined) return null;
  return { folder: path.join(home, ".environment"), packages: environment.packages };
}

/** Lays out what the run brought along as it lay where it was started; gives where `@env` packages lie. */
export async function unpackProject(store: Datastore, options: UnpackOptions): Promise<WorkerSetup["environment"]> {
  const { document, step, home } = options;
  const { shipment } = document;
  if (shipment === undefined) throw brokenInvariant("the run was started without what containers need");
  store.blobs.ahead([document.code, ...shipment.project.archives.map(({ blob }) => blob)]);
  await layOut(store, shipment.project, home);
  const environment = environmentOf(document, options);
  const added = shipment.environments[step];
  if (environment === null || added === undefined) return null;
  fs.mkdirSync(environment.folder, { recursive: true });
  await layOut(store, added, environment.folder);
  return environment;
}

async function layOut(store: Datastore, shipment: Shipment, home: string): Promise<void> {
  const { archives, install, native, platform } = shipment;
  const here = `${process.platform}-${process.arch}`;
  if (native.length > 0 && platform !== here) throw otherPlatform(native, here);
  for (const { blob } of archives) await unpackArchive(store.blobs, blob, home);
  if (install !== null) await installed(store, { install, home });
}

/** What has native parts for another platform than this one. */
async function installed(store: Datastore, at: { install: ShippedInstall; home: string }): Promise<void> {
  const { lock, manifest, key, places } = at.install;
  const folder = path.join(at.home, `.installed-${key}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), manifest);
  fs.writeFileSync(path.join(folder, "package-lock.json"), store.blobs.get(lock));
  await npm(["install", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"], folder);
  for (const [place, name] of Object.entries(places)) {
    const link = path.join(at.home, place);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(folder, "node_modules", name), link);
  }
}

async function npm(args: readonly string[], folder: string): Promise<void> {
  const failure = await runNpm(args, folder);
  if (failure === null) return;
  throw new MillraceError({
    code: "MILLRACE_ENVIRONMENT",
    headline: `Cannot install packages with native parts in the container because ${failure.because}`,
    details: failure.said.trim().split("\n").slice(-20),
    hint:
      failure.hint ??
      "the image needs npm and its network; or start the run on a machine like the container's: then they are shipped",
  });
}

function otherPlatform(packages: readonly string[], here: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PLATFORM",
    headline: `Cannot run the step on ${here} because packages with native parts are for another platform: ${packages.join(", ")}`,
    hint: "start the run on a machine like the container's, or choose an image for that platform",
  });
}
