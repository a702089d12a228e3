import type Docker from "dockerode";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { saidByEngine } from "./why-not-started.ts";

export interface ImageCheck {
  readonly steps: readonly StepJob[];
  warning(text: string): void;
}

/** Pulls images that are not there, as `docker run` does. */
export async function pullImages(docker: Docker, { steps, warning }: ImageCheck): Promise<void> {
  const images = new Map<string, string[]>();
  for (const { image, step } of steps) images.set(image, [...(images.get(image) ?? []), step]);
  for (const [image, users] of images) {
    if (await isThere(docker, image)) continue;
    warning(`pulling the image ${image}`);
    await pull(docker, image).catch((error: unknown) => {
      throw noImage({ image, users, error });
    });
  }
}

async function isThere(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

async function pull(docker: Docker, image: string): Promise<void> {
  const stream = await docker.pull(withTag(image));
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Without a tag Docker would pull all of them. */
function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return /[:@]/.test(name) ? image : `${image}:latest`;
}

function noImage({ image, users, error }: { image: string; users: readonly string[]; error: unknown }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NO_IMAGE",
    headline: `Cannot run ${users.join(", ")} in containers because there is no image ${image} here and it cannot be pulled`,
    details: [saidByEngine(error)],
    hint: "build or pull an image with Node 20.19 or later and name it: @docker({ image }), @env({ image }), MILLRACE_IMAGE, or image in millrace.config.json",
    cause: error,
  });
}
