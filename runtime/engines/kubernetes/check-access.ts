import { KubeClient } from "./client/kube-client.ts";
import { jsonAt, textAt } from "./json-at.ts";
import { kubernetesError } from "./kubernetes-error.ts";
import { NEEDED_RIGHTS } from "./needed-rights.ts";

export interface ClusterAccess {
  readonly server: string;
  readonly version: string;
  readonly namespace: string;
  /** Rights that whoever asks does not have: `create jobs.batch`. */
  readonly lacking: readonly string[];
}

/** Asks the cluster who this is to it. */
export async function checkAccess(of: {
  readonly context: string | null;
  readonly namespace: string | null;
}): Promise<ClusterAccess> {
  const client = new KubeClient(of.context);
  try {
    const namespace = of.namespace ?? (await client.namespace());
    const version = textAt(await client.json({ path: "/version" }), "gitVersion") ?? "unknown";
    const rights = NEEDED_RIGHTS.flatMap(({ group, resource, verbs }) =>
      verbs.map(async (verb) => {
        const [name = "", subresource] = resource.split("/");
        const attributes = {
          namespace,
          verb,
          group,
          resource: name,
          ...(subresource === undefined ? {} : { subresource }),
        };
        const body = {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: attributes },
        };
        const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        const isAllowed = jsonAt(await client.json({ method: "POST", path, body }), "status", "allowed") === true;
        return isAllowed ? [] : [`${verb} ${resource}${group === "" ? "" : `.${group}`}`];
      }),
    );
    return { server: await client.server(), version, namespace, lacking: (await Promise.all(rights)).flat() };
  } catch (error) {
    throw kubernetesError(error, "check the access to the cluster");
  } finally {
    client.close();
  }
}
