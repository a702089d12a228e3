import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** The Node to run the step with: the container's own, if it is what the step asks for. */
export async function nodeFor(wanted: string | null, { step }: { step: string }): Promise<string> {
  const have = process.versions.node;
  const isFitting = wanted === null || have === wanted || have.startsWith(`${wanted.replace(/^v/, "")}.`);
  if (isFitting) return Promise.resolve(process.execPath);
  throw new MillraceError({
    code: "MILLRACE_NODE",
    headline: `Cannot run step ${step} because its image has Node ${have} and @env asks for Node ${wanted}`,
    hint: "choose another image with @env({ image }), or leave node out",
  });
}
