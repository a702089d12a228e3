import fs from "node:fs";
import path from "node:path";
import { makeFolders } from "../../../datastore/local/make-folders.ts";
import { ownFile } from "../../../own-file.ts";
import type { PreparedShipment } from "../../../package/ship/prepare-shipment.ts";
import { unpackFile } from "../../../package/ship/unpack-archive.ts";
import { PACKAGE_PLACES, type PackageFacts } from "../../../serving/packaged/package-places.ts";
import { dockerfileText, type DockerfileOptions } from "./dockerfile-text.ts";

/** Folders of what is laid into the project's folder, what changes least first: each becomes a layer. */
const PARTS = { millrace: "millrace", packages: "packages", files: "files" } as const;

export interface ImageFolderOptions extends Omit<DockerfileOptions, "install" | "parts"> {
  readonly facts: PackageFacts;
  /** The code package's JSON. */
  readonly code: Buffer;
  readonly prepared: PreparedShipment;
}

/** Of `dist/` what a service that runs has no use for. */
const LEFT_OUT =
  /^(types|page|infra|images|container-runtime\..*|.*\.map|(aws-production|aws-setup|batch|notebook|notebook-session|configure|kubernetes|docker|ui|scheduler|eslint|vitest|testing|runner)\..*)$/;

/** Writes a new folder that `docker build` makes an image of: a Dockerfile, and all that it copies. */
export async function writeImageFolder(folder: string, options: ImageFolderOptions): Promise<void> {
  const { facts, code, prepared } = options;
  const place = (part: string) => path.join(folder, part);
  copyMillrace(path.join(place(PARTS.millrace), facts.root, "node_modules/millrace"));
  for (const { kind, file } of prepared.archives) {
    const target = place(kind === "modules" ? PARTS.packages : PARTS.files);
    makeFolders(target);
    await unpackFile(file, target);
  }
  const { install } = prepared;
  writeInto(place("service"), {
    [PACKAGE_PLACES.entry]: entryText(facts),
    [PACKAGE_PLACES.code]: code,
    [PACKAGE_PLACES.facts]: `${JSON.stringify(facts)}\n`,
    ...(install === null
      ? {}
      : { "install/package.json": install.manifest, "install/package-lock.json": install.lock }),
  });
  const parts = Object.values(PARTS).filter((part) => fs.existsSync(place(part)));
  writeInto(folder, { Dockerfile: dockerfileText({ ...options, parts, install }) });
  openToAll(folder);
}

function copyMillrace(target: string): void {
  const dist = path.dirname(ownFile("packaged-service.js"));
  makeFolders(path.join(target, "dist"));
  for (const name of fs.readdirSync(dist)) {
    if (!LEFT_OUT.test(name)) fs.copyFileSync(path.join(dist, name), path.join(target, "dist", name));
  }
  fs.copyFileSync(path.join(dist, "../package.json"), path.join(target, "package.json"));
}

function entryText({ root, service }: PackageFacts): string {
  const place = path.posix.join(PACKAGE_PLACES.project, root, "node_modules/millrace/dist/packaged-service.js");
  const specifier = `./${place.split("/").map(encodeURIComponent).join("/")}`;
  return `// ${JSON.stringify(service)}, packaged by Millrace. Node is started with this file, and so are the service's workers.
import { loadPackagedService } from ${JSON.stringify(specifier)};

await loadPackagedService(import.meta.url);
`;
}

function writeInto(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    makeFolders(path.dirname(file));
    fs.writeFileSync(file, content);
  }
}

/** The service runs as another user than the one who packages it, whatever that one's umask is. */
function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(place);
    else if (entry.isFile()) fs.chmodSync(place, (fs.statSync(place).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
