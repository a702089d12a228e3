import { appendAll } from "../../../sdk/base/append-all.ts";
import type { ObjectStore, UploadName, UploadPage } from "./object-store.ts";

/** Gives up uploads that were begun before that time and never ended: their parts are paid for, and nothing shows them. */
export async function abandonUploads(objects: ObjectStore, before: number): Promise<number> {
  const old = (await uploadsOf(objects)).filter(({ begunAt }) => begunAt < before);
  for (const upload of old) await objects.abandon(upload);
  return old.length;
}

async function uploadsOf(objects: ObjectStore): Promise<UploadPage["uploads"][number][]> {
  const uploads: UploadPage["uploads"][number][] = [];
  for (let after: UploadName | null = null; ;) {
    const page: UploadPage = await objects.uploads(after);
    appendAll(uploads, page.uploads);
    if ((after = page.after) === null) return uploads;
  }
}
