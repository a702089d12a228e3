import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { KubeFailure } from "./client/kube-failure.ts";

/** What the API server answered, or what kept it from answering, with a remedy. */
export function kubernetesError(error: unknown, task: string): MillraceError {
  if (isMillraceError(error)) return error;
  if (!(error instanceof KubeFailure)) throw error;
  const { because, hint } = remedyOf(error);
  const status = error.status === undefined ? "" : ` (${error.status})`;
  return new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot ${task} on Kubernetes because ${because}`,
    details: [`${error.status === undefined ? "cause" : "Kubernetes says"}: ${error.message}${status}`],
    hint,
    cause: error,
  });
}

function remedyOf({ kind, status }: KubeFailure): { readonly because: string; readonly hint: string } {
  switch (kind) {
    case "credentials":
      return {
        because: "the API server does not accept the credentials",
        hint: "log in again, or check the user of the kubeconfig's context: `kubectl auth whoami`",
      };
    case "login":
      return {
        because: "what the kubeconfig names to log in failed",
        hint: "run what the message names, or log in again: `kubectl auth whoami` does the same",
      };
    case "forbidden":
      return {
        because: "the credentials in use may not do that",
        hint: "`millrace configure kubernetes` prints the rights that Millrace needs, to be applied by whoever runs the cluster",
      };
    case "throttled":
      return status === 403
        ? {
            because: "the quota of the namespace is used up",
            hint: "wait until others have finished, run fewer tasks at once (--max-workers), or have the quota raised",
          }
        : {
            because: "the API server keeps asking to slow down",
            hint: "run fewer tasks at once (--max-workers) and resume the run",
          };
    case "unclear":
      return status === undefined
        ? {
            because: "the API server cannot be reached",
            hint: "check the network, KUBECONFIG and its context: `kubectl get pods` shows whether it works",
          }
        : {
            because: `the API server failed with status ${status} repeatedly`,
            hint: "resume the run later: nothing that was finished is lost",
          };
    case "missing":
      return { because: "there is no such object", hint: "check the namespace: `kubectl get namespaces`" };
    case "exists":
    case "refused":
      return {
        because: "the request was refused",
        hint: "change what the message names, in @kubernetes or its overrides",
      };
  }
}
