import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** Bytes that cannot be what `encode` wrote. */
export function damaged(artifact: string, seen: string, cause?: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DAMAGED_ARTIFACT",
    headline: `Cannot load artifact "${artifact}" because its stored bytes are damaged: ${seen}`,
    hint: "run the step that wrote it again, or restore the datastore from a copy",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Bytes that a later version of Millrace wrote. */
export function newerFormat(artifact: string, seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot load artifact "${artifact}" because a newer version wrote it: ${seen}`,
    hint: "upgrade millrace and Node.js to the versions that wrote this artifact",
  });
}

/** `millrace/arrow#Table`: the name says which module of ours registers it. */
const SHIPPED = /^(millrace\/[\w-]+)#\w+$/;

/** A stored name without a class. */
export function unregisteredType(artifact: string, name: string): MillraceError {
  const shippedBy = SHIPPED.exec(name)?.[1];
  return new MillraceError({
    code: "MILLRACE_UNREGISTERED_TYPE",
    headline: `Cannot load artifact "${artifact}" because no class is registered for the type "${name}" it holds`,
    hint:
      shippedBy === undefined
        ? `import the module that calls registerType(…, { name: ${JSON.stringify(name)}, pack, unpack }) before reading it`
        : `write import "${shippedBy}" where it is read`,
  });
}

/** A registered `unpack` that threw. */
export function unpackFailed(artifact: string, name: string, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_UNPACK_FAILED",
    headline: `Cannot load artifact "${artifact}" because unpack of the registered type "${name}" threw: ${String(cause)}`,
    hint: "unpack must accept everything that earlier versions of pack returned",
    cause,
  });
}

/** A binary part for which this process has no memory. */
export function noMemory(artifact: string, bytes: number, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_OUT_OF_MEMORY",
    headline: `Cannot load artifact "${artifact}" because a part of it could not be allocated: ${bytes} bytes`,
    hint: "load it on a machine with more memory, or store it in smaller artifacts",
    cause,
  });
}
