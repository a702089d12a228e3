import fs from "node:fs/promises";
import path from "node:path";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { DirectoryContent, FileContent } from "../../../sdk/files/file-content.ts";
import type { Blobs } from "../blobs.ts";
import { hashOfDirectory } from "./hash-of-directory.ts";
import { cannotTake } from "./with-source.ts";

/**
 * Stores every file of a directory as a blob of its own. Links are followed.
 * @throws MillraceError `MILLRACE_FILE` for what cannot be stored, and for links that go in a circle
 */
export async function takeDirectory(blobs: Blobs, root: string): Promise<DirectoryContent> {
  const files: FileContent[] = [];
  const folders: string[] = [];

  /** @param above - the folders around it, by their real places */
  async function take(folder: string, at: string, above: readonly string[]): Promise<void> {
    const real = await fs.realpath(folder);
    if (above.includes(real))
      throw cannotTake(folder, {
        because: "links go in a circle",
        seen: `it leads back to ${real}`,
        hint: "remove the link",
      });
    const names = await fs.readdir(folder);
    if (names.length === 0 && at !== "") folders.push(at);
    for (const name of names.sort()) {
      const place = path.join(folder, name);
      const inside = at === "" ? name : `${at}/${name}`;
      const found = await fs.stat(place);
      if (found.isDirectory()) await take(place, inside, [...above, real]);
      else files.push({ name: inside, ...(await blobs.take(place)) });
    }
  }

  try {
    if (!(await fs.stat(root)).isDirectory())
      throw cannotTake(root, { because: "it is not a directory", hint: "take it with file()" });
    await take(root, "", []);
  } catch (error) {
    if (isMillraceError(error)) throw error;
    const { path: place = root } = error as NodeJS.ErrnoException;
    throw cannotTake(place, { seen: messageOf(error), cause: error });
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  folders.sort();
  return { name: path.basename(root) || "root", files, folders, hash: hashOfDirectory({ files, folders }) };
}
