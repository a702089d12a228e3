import { spawnSync } from "node:child_process";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import type { ShippedNode } from "../../datastore/shipment.ts";
import { unpackArchive } from "../../package/ship/unpack-archive.ts";

export interface NodeForOptions {
  readonly step: string;
  /** What the launcher brought; undefined where it could not, or need not. */
  readonly shipped: ShippedNode | undefined;
  readonly blobs: Blobs;
  /** An own folder. */
  readonly home: string;
}

/**
 * The Node to run the step with: the container's own where it is what the step asks for, else the one that was brought.
 * @throws MillraceError `MILLRACE_NODE` where there is neither, or the container cannot run it
 */
export async function nodeFor(wanted: string | null, options: NodeForOptions): Promise<string> {
  const have = process.versions.node;
  const isFitting = wanted === null || have === wanted || have.startsWith(`${wanted.replace(/^v/, "")}.`);
  if (isFitting || options.shipped?.version === have) return process.execPath;
  return broughtNode(options, (because, hint) => refused(options.step, { have, wanted, because, hint }));
}

type Refuse = (because: string, hint: string) => MillraceError;

async function broughtNode({ shipped, blobs, home }: NodeForOptions, refuse: Refuse): Promise<string> {
  if (shipped === undefined)
    throw refuse("none was brought", "choose another image with @env({ image }), or leave node out");
  const platform = `${process.platform}-${process.arch}`;
  const archive = shipped.archives[platform];
  if (archive === undefined)
    throw refuse(
      `it was brought for ${Object.keys(shipped.archives).join(" and ")}, and this is ${platform}`,
      "choose an image that has that Node, or leave node out",
    );
  if (isMusl())
    throw refuse(
      "it needs glibc, while the image is built on musl, as Alpine is",
      "choose an image on Debian or the like, or one that has that Node",
    );
  const folder = path.join(home, ".node");
  await unpackArchive(blobs, archive.blob, folder);
  const program = path.join(folder, "bin/node");
  const { status, stderr, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (status === 0) return program;
  throw refuse(
    `the image cannot run it: ${error?.message ?? stderr.trim().split("\n")[0] ?? ""}`,
    "choose an image with a later system, or one that has that Node",
  );
}

interface Refused {
  readonly have: string;
  readonly wanted: string | null;
  readonly because: string;
  readonly hint: string;
}

function refused(step: string, { have, wanted, because, hint }: Refused): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NODE",
    headline: `Cannot run step ${step} because its image has Node ${have} and @env asks for Node ${wanted ?? ""}: ${because}`,
    hint,
  });
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && header?.glibcVersionRuntime === undefined;
}
