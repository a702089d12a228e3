import type { DirectoryContent } from "../../../sdk/files/file-content.ts";
import { hashOf } from "../blobs.ts";

/** What stands for a directory: SHA-256 over the list of what it holds. */
export function hashOfDirectory({ files, folders }: Pick<DirectoryContent, "files" | "folders">): string {
  const listed = JSON.stringify([files.map(({ name, size, hash }) => [name, size, hash]), folders]);
  return hashOf([Buffer.from(listed)]);
}
