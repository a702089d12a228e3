import { imageWithCredentials } from "../docker/derived-image.ts";
import { awsEnvironment } from "./moto.ts";
import { makeQueue } from "./queue.ts";

/** What leads a process to a queue of its own, whose jobs are containers of that image. */
export async function batchEnvironment(
  moto: string,
  image: string = imageWithCredentials(),
): Promise<Record<string, string>> {
  return { ...awsEnvironment(moto), MILLRACE_IMAGE: image, MILLRACE_BATCH_QUEUE: await makeQueue(moto) };
}
