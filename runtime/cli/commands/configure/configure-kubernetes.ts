import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { checkAccess } from "../../../engines/kubernetes/check-access.ts";
import { KUBERNETES_SETTINGS } from "../../../engines/kubernetes/kubernetes-settings.ts";
import { rbacManifest } from "../../../engines/kubernetes/rbac-manifest.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import type { Output } from "../../output.ts";
import type { ConfigureKubernetesFlags } from "./flags.ts";

const ACCOUNT = "millrace";
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** `configure kubernetes`: prints the rights that Millrace needs, and says which of them are lacking. */
export async function configureKubernetes(
  flags: ConfigureKubernetesFlags,
  { output, settings: around }: { readonly output: Output; readonly settings: Settings },
): Promise<void> {
  const settings = around.engine(KUBERNETES_SETTINGS);
  const account = flags.serviceAccount ?? ACCOUNT;
  const asked = flags.namespace ?? settings.namespace;
  for (const name of [account, asked]) if (name !== null && !NAME.test(name)) throw noName(name);
  if (flags.manifest === true) return output.print(rbacManifest({ namespace: asked ?? "default", account }).trimEnd());
  const access = await checkAccess({ context: settings.context, namespace: asked });
  const manifest = rbacManifest({ namespace: access.namespace, account });
  if (output.isJson) output.json({ ...access, manifest });
  else {
    output.print(manifest.trimEnd());
    output.note(`cluster ${access.server}, Kubernetes ${access.version}, namespace ${access.namespace}`);
  }
  if (access.lacking.length > 0) throw lacking(access);
  output.note("the credentials in use have all these rights");
}

function lacking({ lacking: rights, namespace }: { lacking: readonly string[]; namespace: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot run flows in the namespace ${namespace} because the credentials in use lack rights`,
    details: rights.map((right) => `lacking: ${right}`),
    hint: "have the manifest applied by whoever runs the cluster: millrace configure kubernetes --manifest | kubectl apply -f -",
  });
}

function noName(name: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot configure Kubernetes because that is not a name there: ${name}`,
    hint: "names have lower-case letters, digits and -",
  });
}
