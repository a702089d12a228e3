import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type Docker from "dockerode";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { loadDockerode } from "../../../engines/docker/load-dockerode.ts";
import { noEngine, saidByEngine } from "../../../engines/docker/why-not-started.ts";
import { archiveEntries } from "../../../package/ship/archive-entries.ts";
import { entriesOf, type FoundFile, foundFile, foundLink } from "../../../package/ship/found-file.ts";
import { packArchive } from "../../../package/ship/pack-archive.ts";

import { dockerPlatform } from "./dockerfile-text.ts";

export interface BuildImageOptions {
  readonly tag: string;
  /** What native parts were shipped for, as `linux-x64`; null where there are none. */
  readonly platform: string | null;
  /** Told of each step. */
  onLine(line: string): void;
}

/** Names of architectures, as Docker's engine and Node have them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: "x64", "386": "ia32", arm64: "arm64", arm: "arm" };

/** Has the engine build the image of a folder, without the program `docker`. @returns the image's id */
export async function buildImage(folder: string, options: BuildImageOptions): Promise<string> {
  const docker: Docker = new (loadDockerode())();
  const version = await docker.version().catch((error: unknown) => {
    throw noEngine(error, { work: "build the image", instead: "write a folder for docker build with --output" });
  });
  const here = `linux-${ARCHITECTURES[version.Arch] ?? version.Arch}`;
  if (options.platform !== null && options.platform !== here) throw otherPlatform(options.platform, here);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-image-"));
  try {
    const file = path.join(work, "context.tar.gz");
    await packArchive(archiveEntries(filesIn(folder), folder), { file, progress: () => undefined });
    const stream = await docker.buildImage(fs.createReadStream(file), { t: options.tag, forcerm: true });
    await said(docker, { stream, onLine: options.onLine });
    return (await docker.getImage(options.tag).inspect()).Id;
  } catch (error) {
    throw notBuilt(options.tag, error);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** Files and links. Of folders only those with something in them go along, and the Dockerfile copies no other. */
function filesIn(folder: string): FoundFile[] {
  return entriesOf(folder).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(place);
    if (entry.isSymbolicLink()) return [foundLink(place, path.resolve(folder, fs.readlinkSync(place)))];
    return [foundFile(place)];
  });
}

function said(
  docker: Docker,
  { stream, onLine }: { readonly stream: NodeJS.ReadableStream; readonly onLine: (line: string) => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let fault: string | null = null;
    docker.modem.followProgress(
      stream,
      (error: Error | null) => {
        if (error === null && fault === null) resolve();
        else reject(error ?? new Error(fault ?? ""));
      },
      (event: { readonly stream?: string; readonly error?: string }) => {
        if (event.error !== undefined) fault = event.error;
        const line = event.stream?.trim() ?? "";
        if (line.startsWith("Step ")) onLine(line);
      },
    );
  });
}

function notBuilt(tag: string, error: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NO_IMAGE",
    headline: `Cannot build the image ${tag} because the engine refuses: ${saidByEngine(error)}`,
    hint: "choose another image to build on with --base, another name with --tag, or write a folder for docker build with --output",
    cause: error,
  });
}

function otherPlatform(platform: string, here: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PLATFORM",
    headline: `Cannot build the image on ${here} because packages with native parts are installed for ${platform}`,
    hint: `package the service on a machine like the engine's, or write a folder with --output and build it with docker build --platform ${dockerPlatform(platform)}`,
  });
}
