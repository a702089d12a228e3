import type { Environment } from "./environment.ts";
import { s3Settings } from "./s3-settings.ts";

/** They name files of this machine. */
const AWS_FILES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/** All that an environment knows of AWS, credentials included: for a container on this machine. */
export function awsVariables(env: Environment): Record<string, string> {
  return variables(env, (name) => name.startsWith("AWS_") && !AWS_FILES.includes(name));
}

/** Where AWS is, for a machine that finds its own credentials. */
export function awsPlace(env: Environment): Record<string, string> {
  const { region } = s3Settings(env);
  const names = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "MILLRACE_S3_PATH_STYLE"];
  return { ...(region === undefined ? {} : { AWS_REGION: region }), ...variables(env, (name) => names.includes(name)) };
}

function variables(env: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const found = Object.entries(env).filter(([name, value]) => value !== undefined && isWanted(name));
  return Object.fromEntries(found) as Record<string, string>;
}
