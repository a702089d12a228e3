import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { secretFiles } from "../../../launch/release/secret-files.ts";
import { secretSources } from "../../../launch/release/secret-sources.ts";
import { bundleFlow } from "../../../package/bundle.ts";
import type { PackProgress } from "../../../package/ship/pack-archive.ts";
import { type PreparedShipment, prepareShipment } from "../../../package/ship/prepare-shipment.ts";
import { surveyProject } from "../../../package/ship/survey.ts";
import { unpackFile } from "../../../package/ship/unpack-archive.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { PackageFlags } from "./flags.ts";
import type { CliContext } from "../../cli-context.ts";
import { freshFolder } from "../../fresh-folder.ts";
import { configsFor } from "../../read-graph-for.ts";
import type { Output } from "../../output.ts";
import { packageJson, packageText } from "./text.ts";
import { userPath } from "../../../settings/user-path.ts";
import { makeFolders } from "../../../datastore/local/make-folders.ts";

/** Between two notes of progress, and before the first. */
const NOTE_MS = 1000;

export async function runPackage(
  context: CliContext,
  { flags, command }: { flags: PackageFlags; command: Command },
): Promise<void> {
  const output = context.output(flags);
  const folder = flags.output === undefined ? null : freshFolder(userPath(flags.output, context.cwd));
  const configs = await configsFor(context, command);
  const bundle = context.bundle ?? (await bundleFlow(context.flowFile));
  const options = {
    cwd: context.cwd,
    include: context.settings.included(bundle.root),
    secretFiles: secretFiles(secretSources(context.Flow, configs), context),
  };
  const survey = await surveyProject(bundle, options);
  for (const warning of survey.warnings) output.note(output.colors.yellow(`warning: ${warning}`));
  if (folder !== null) {
    const progress = noteProgress(output);
    const prepared = await prepareShipment(bundle, { ...options, cacheFolder: context.settings.cacheFolder, progress });
    await writeTo(folder, prepared);
    output.note(`written to ${folder}`);
  }
  if (output.isJson) return output.json({ ...packageJson(bundle, survey), output: folder });
  if (folder === null || flags.list === true) output.print(packageText(bundle, { survey, colors: output.colors }));
}

async function writeTo(folder: string, { archives, root, cwd, install }: PreparedShipment): Promise<void> {
  for (const place of [".", root, cwd]) makeFolders(path.join(folder, place));
  for (const { file } of archives) await unpackFile(file, folder);
  if (install === null) return;
  // In a container npm has run when these are read.
  writeInto(path.join(folder, ".millrace-install"), {
    "package.json": install.manifest,
    "package-lock.json": install.lock,
  });
}

function writeInto(folder: string, files: Readonly<Record<string, string>>): void {
  makeFolders(folder);
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
}

function noteProgress(output: Output): (done: PackProgress) => void {
  let notedAt = Date.now();
  return ({ files, totalFiles, bytes, totalBytes }) => {
    if (Date.now() - notedAt < NOTE_MS) return;
    notedAt = Date.now();
    const sizes = `${sizeText(bytes)} of ${sizeText(totalBytes)}`;
    output.note(output.colors.dim(`packing: ${files} of ${totalFiles} files, ${sizes} …`));
  };
}
