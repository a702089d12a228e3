import { kinds, list, optional, text } from "./checks.ts";

const choice = { key: optional(text), as: optional(text) };

const places = {
  "env-file": { path: text },
  file: { path: text, ...choice },
  "aws-secrets-manager": { id: text, region: optional(text), ...choice },
  "aws-parameter-store": { name: text, region: optional(text), ...choice },
  kubernetes: { name: text, ...choice },
};

/** Where a secret comes from that a task can read by itself. */
export const secretSource = kinds("type", places);

/** The same, or the names of what only the code knows. */
export const secretOrigin = kinds("type", { ...places, inline: { names: list(text) } });
