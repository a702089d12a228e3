import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { freshFolder } from "../../fresh-folder.ts";
import { prepareShipment } from "../../../package/ship/prepare-shipment.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { ServiceContext } from "../service-context.ts";
import { buildImage } from "./build-image.ts";
import { writeImageFolder } from "./write-image-folder.ts";
import { objectNameOf } from "./object-name-of.ts";
import { bundleService, type ServiceBundle } from "./service-bundle.ts";

/** What `package docker` is told. */
export interface PackageDockerFlags {
  readonly tag?: string;
  readonly output?: string;
  readonly base?: string;
  readonly json?: boolean;
}

const DEFAULT_BASE = "node:22-slim";
/** Of the hash of the code, in the name of the image. */
const SHOWN = 12;

/** `package docker`: the image of a service, or the folder that it is built of. */
export async function packageDocker(context: ServiceContext, flags: PackageDockerFlags): Promise<void> {
  const { settings, Service, cwd } = context;
  const output = context.output(flags);
  const target = flags.output === undefined ? null : freshFolder(userPath(flags.output, cwd));
  const made = await bundleService(context);
  const base = baseOf(flags.base ?? settings.image() ?? DEFAULT_BASE);
  const own = `${objectNameOf(Service.name)}:${made.hash.slice(0, SHOWN)}`;
  const tag = flags.tag ?? (target === null ? own : null);
  const folder = target ?? fs.mkdtempSync(path.join(os.tmpdir(), "millrace-image-"));
  try {
    const { platform, warnings, bytes } = await writeFolder(context, {
      folder,
      made,
      base,
      isForOthers: target !== null,
    });
    for (const warning of warnings) output.note(output.colors.yellow(`warning: ${warning}`));
    const id =
      tag === null
        ? null
        : await buildImage(folder, { tag, platform, onLine: (line) => output.note(output.colors.dim(line)) });
    const about = { service: Service.name, code: { hash: made.hash, bytes: made.bytes.length }, base, platform };
    if (output.isJson) return output.json({ ...about, shippedBytes: bytes, image: tag, id, output: target });
    if (target !== null)
      output.print(`written to ${target}: docker build -t ${tag ?? own} ${path.relative(cwd, target)}`);
    if (tag !== null) output.print(`built ${tag} of the code package ${made.hash.slice(0, SHOWN)}`);
  } finally {
    if (target === null) fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface ImageParts {
  readonly folder: string;
  readonly made: ServiceBundle;
  readonly base: string;
  /** The folder stays, and is built wherever it is taken. */
  readonly isForOthers: boolean;
}

async function writeFolder(
  { settings, Service, cwd }: ServiceContext,
  { folder, made, base, isForOthers }: ImageParts,
) {
  const { bundle, bytes: code, hash } = made;
  const { code: of, root } = bundle;
  // Requests and answers may be Arrow, where the project has what reads it.
  const asked = { code: { ...of, imports: [...of.imports, { specifier: "millrace/arrow", names: [] }] }, root };
  const options = { cwd, include: settings.included(root), cacheFolder: settings.cacheFolder };
  const prepared = await prepareShipment(asked, options);
  const { archives, native, platform, warnings } = prepared;
  await writeImageFolder(folder, {
    ...{ code, prepared, base },
    // What the engine here builds is for the engine here, and that was checked.
    platform: isForOthers && native.length > 0 ? platform : null,
    facts: { service: Service.name, root: prepared.root, cwd: prepared.cwd },
    labels: { "millrace.service": Service.name, "millrace.code": hash },
  });
  const bytes = archives.reduce((sum, one) => sum + one.bytes, 0);
  return { warnings, bytes, platform: native.length === 0 ? null : platform };
}

/** It becomes a line of the Dockerfile. */
function baseOf(image: string): string {
  if (/^[\w.:/@-]+$/.test(image)) return image;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot build on the image because that is no name of one: ${JSON.stringify(image)}`,
    hint: `name one with Node 20.19 or later: --base ${DEFAULT_BASE}`,
  });
}
