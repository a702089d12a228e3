import { NEEDED_RIGHTS } from "./needed-rights.ts";

/** Gives a service account the rights that Millrace needs in a namespace, as YAML for `kubectl apply`. */
export function rbacManifest({ namespace, account }: { readonly namespace: string; readonly account: string }): string {
  const rules = NEEDED_RIGHTS.map(
    ({ group, resource, verbs, why }) => `  # ${why}
  - apiGroups: [${JSON.stringify(group)}]
    resources: [${JSON.stringify(resource)}]
    verbs: [${verbs.map((verb) => JSON.stringify(verb)).join(", ")}]
`,
  );
  return `# What starts runs of Millrace may do in the namespace ${namespace}. For people, add them to the subjects below:
#   - { kind: User, name: NAME, apiGroup: rbac.authorization.k8s.io }
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${account}, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: millrace, namespace: ${namespace} }
rules:
${rules.join("")}---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: millrace-${account}, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: millrace }
subjects:
  - { kind: ServiceAccount, name: ${account}, namespace: ${namespace} }
`;
}
