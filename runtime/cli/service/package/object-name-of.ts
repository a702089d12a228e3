import { createHash } from "node:crypto";

/** A name of Kubernetes has up to 63 characters, and those of pods and replica sets add some. */
const MOST = 40;
const HASH = 8;

/**
 * The name of a class as Kubernetes and registries take names: `churn-service` of `ChurnService`. A class whose name has other
 * letters than those gets a part of its hash, as too little may be left of it.
 */
export function objectNameOf(service: string): string {
  const plain = service.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const words = plain
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
  if (words.length <= MOST && /^[\w$]+$/.test(plain) && words !== "") return words;
  const hash = createHash("sha256").update(service).digest("hex").slice(0, HASH);
  const kept = words.slice(0, MOST - HASH - 1).replaceAll(/-+$/g, "");
  return `${kept === "" ? "service" : kept}-${hash}`;
}

/** Whether Kubernetes takes a text as the name of a Service. */
export function isObjectName(text: string): boolean {
  return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}
