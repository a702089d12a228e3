import { secretOrigin } from "./secret-origin.ts";
import { artifactRef, artifactTable } from "./parts.ts";
import { fields, flag, hash, kinds, list, name, optional, orNull, table, text } from "./checks.ts";
import { graph, shipment } from "./fault-of-document.ts";

const parameter = kinds("kind", {
  parameter: {
    name: text,
    default: orNull(artifactRef),
    choices: orNull(artifactRef),
    env: orNull(text),
    isRequired: flag,
    isInCode: flag,
  },
  includeFile: { name: text, default: orNull(artifactRef), encoding: orNull(text) },
});

export const gitState = fields({ commit: text, branch: orNull(text), isDirty: orNull(flag) });

export const release = fields({
  flow: name,
  graph,
  code: hash,
  flowFile: text,
  place: fields({ root: text, file: text }),
  stepCode: table(text),
  reach: optional(table(text)),
  environments: table(table(text)),
  shipment: optional(shipment),
  configs: artifactTable,
  parameters: list(parameter),
  project: orNull(text),
  exitHooks: list(text),
  secrets: table(list(secretOrigin)),
  engines: table(text),
  versions: fields({ millrace: text, node: text }),
  git: optional(orNull(gitState)),
});
