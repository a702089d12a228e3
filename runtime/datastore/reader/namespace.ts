import type { RunDocument } from "../records.ts";

/** Whose runs: everybody's, one user's, or those of one project. */
export type Namespace = "all" | `user:${string}` | `project:${string}`;

/** True for a text that names a namespace. */
export function isNamespace(text: string): text is Namespace {
  return text === "all" || /^(user|project):./.test(text);
}

export function isInNamespace({ username, project }: RunDocument, namespace: Namespace): boolean {
  if (namespace === "all") return true;
  return namespace === `user:${username}` || (project?.name !== undefined && namespace === `project:${project.name}`);
}
