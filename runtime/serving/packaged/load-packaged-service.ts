import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { host } from "../../../sdk/base/host.ts";
import * as sdk from "../../../sdk/index.ts";
import { hashOf } from "../../datastore/blobs.ts";
import { damagedRecord, parseJson } from "../../datastore/parse-record.ts";
import { faultIn, fields, text } from "../../datastore/shapes/checks.ts";
import { loadPackage } from "../../package/load-package.ts";
import { parseCodePackage } from "../../package/read-code-package.ts";
import { SourceMapper } from "../../worker/source-mapper.ts";
import { PACKAGE_PLACES, type PackageFacts } from "./package-places.ts";

const facts = fields({ service: text, root: text, cwd: text });

/**
 * Evaluates the code package of a service. Its `serve()` then does what it does in the service's own file: it starts the
 * command line in the program that Node was started with, and gives the class to a worker.
 *
 * @param entry - URL of the module that calls it, beside which the code package lies
 */
export async function loadPackagedService(entry: string): Promise<void> {
  const file = fileURLToPath(entry);
  const folder = path.dirname(file);
  const { root, cwd } = factsIn(path.join(folder, PACKAGE_PLACES.facts));
  const place = path.join(folder, PACKAGE_PLACES.code);
  const bytes = fs.readFileSync(place);
  host().packagedService = { code: hashOf([bytes]) };
  const project = path.join(folder, PACKAGE_PLACES.project);
  const here = path.join(project, cwd);
  process.chdir(fs.existsSync(here) ? here : path.join(project, root));
  const code = parseCodePackage(bytes.toString(), place);
  // What the service throws names its sources: those lie in the image as one script.
  new SourceMapper().install({ name: file, map: code.map, toFile: (source) => path.join(project, root, source) });
  const evaluate = await loadPackage(code, {
    root: path.join(project, root),
    // Called from there, `serve()` knows that it is called by the program's entry.
    scriptName: file,
    own: { millrace: sdk },
    home: fileURLToPath(import.meta.url),
    environment: null,
  });
  await evaluate();
}

function factsIn(file: string): PackageFacts {
  const found = parseJson(fs.readFileSync(file, "utf8"), file);
  const fault = faultIn(facts, found);
  if (fault !== null) throw damagedRecord(file, `it does not describe a packaged service: ${fault}`);
  return found as PackageFacts;
}
