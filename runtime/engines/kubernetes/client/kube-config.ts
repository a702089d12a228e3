/** What `dist/kubernetes.cjs` holds: of the library what reads a kubeconfig and runs its plugins, not its generated client. */
export { KubeConfig } from "@kubernetes/client-node/dist/config.js";
