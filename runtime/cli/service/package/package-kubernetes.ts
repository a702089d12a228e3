import path from "node:path";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { engineSettingKeys } from "../../../engines/index.ts";
import { ownProgram } from "../../../own-program.ts";
import { writeWhole } from "../../../process/write-whole.ts";
import { serviceError } from "../../../serving/model/service-error.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { ServiceContext } from "../service-context.ts";
import { objectNameOf } from "./object-name-of.ts";
import { plainVariables } from "./plain-variables.ts";
import { servedOptions } from "./served-options.ts";
import { bundleService } from "./service-bundle.ts";
import { serviceManifest } from "./service-manifest.ts";

/** What `package kubernetes` is told. */
export interface PackageKubernetesFlags {
  readonly image: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly replicas: number;
  /** Cores. */
  readonly cpu: number;
  /** A quantity of Kubernetes. */
  readonly memory: string;
  readonly datastore?: string;
  readonly claim?: string;
  readonly secret: readonly string[];
  readonly env: readonly string[];
  readonly serviceAccount?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** `package kubernetes`: what runs an image of the service in a cluster. */
export async function packageKubernetes(
  context: ServiceContext,
  serveOptions: readonly string[],
  flags: PackageKubernetesFlags,
): Promise<void> {
  const { Service, cwd } = context;
  const output = context.output(flags);
  const { flags: served, hasWorkers } = servedOptions(context, serveOptions);
  const model = served.model ?? (Service as { readonly model?: string }).model ?? null;
  const variables = { ...placeOfStore(context, { flags, hasModel: model !== null }), ...plainVariables(flags.env) };
  const { hash } = await bundleService(context);
  const { MILLRACE_DATASTORE: folder = null } = variables;
  const objects = serviceManifest({
    ...flags,
    ...{ service: Service.name, model, code: hash, variables, namespace: flags.namespace ?? null },
    ...{ name: flags.name ?? objectNameOf(Service.name), port: served.port, graceMs: served.grace },
    account: flags.serviceAccount ?? null,
    secrets: flags.secret,
    volume: flags.claim === undefined || folder === null ? null : { claim: flags.claim, folder },
    options: [
      ...serveOptions,
      // What Node counts are the cores of the whole machine.
      ...(hasWorkers ? [] : ["--workers", String(Math.max(Math.floor(flags.cpu), 1))]),
    ],
  });
  const text = textOf(objects, output.isJson);
  if (flags.output === undefined) return output.print(text.trimEnd());
  const file = userPath(flags.output, cwd);
  try {
    writeWhole(file, text);
  } catch (error) {
    throw serviceError(`Cannot write ${path.basename(file)} because ${messageOf(error)}`, {
      hint: "name another file with --output",
    });
  }
  output.note(`written to ${path.relative(cwd, file)}: kubectl apply -f ${path.relative(cwd, file)}`);
}

function textOf(objects: readonly object[], isJson: boolean): string {
  if (isJson) return `${JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }, null, 2)}\n`;
  const { yamlText } = ownProgram(
    "config-formats",
    "write",
  ) as typeof import("../../../launch/values/config-formats.ts");
  return yamlText(objects);
}

/** Variables by which a pod finds the datastore. A service without a model needs none unless one is named. */
function placeOfStore(
  { settings, Service }: ServiceContext,
  { flags, hasModel }: { readonly flags: PackageKubernetesFlags; readonly hasModel: boolean },
): Readonly<Record<string, string>> {
  const { datastore, claim } = flags;
  if (!hasModel && datastore === undefined && claim === undefined) return {};
  const location = settings.datastoreLocation(datastore, engineSettingKeys());
  if (location.startsWith("s3://")) return { MILLRACE_DATASTORE: location, ...settings.awsPlace };
  if (claim !== undefined) return { MILLRACE_DATASTORE: location };
  throw serviceError(
    `Cannot write a manifest of ${Service.name} because its pods cannot read the datastore, a folder of this machine: ${location}`,
    {
      hint: "name a bucket: --datastore s3://models/prod; or a folder and the claim of the volume that has it: --datastore /models --claim models",
    },
  );
}
