import type { Environment } from "../../settings/environment.ts";

/** What a job gets of the launcher's variables, as `sbatch` passes on its own: where programs are, and nothing secret. */
const NAMES =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|LD_LIBRARY_PATH|LIBRARY_PATH|CPATH|XDG_RUNTIME_DIR|MODULEPATH|MODULESHOME|MODULES_\w+|LOADEDMODULES|_LMFILES_|LMOD_\w+|CONDA_\w+|VIRTUAL_ENV|CUDA_(?:HOME|PATH)|NVM_\w+|(?:HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|SLURM_CONF|SLURM_CLUSTERS|SLURM_JWT|SBATCH_\w+)$/i;

/** The variables of `sbatch`'s that would change what we ask of it. */
const NOT_WANTED =
  /^SBATCH_(?:ARRAY_INX|CLUSTERS|COMMENT|EXPORT|GET_USER_ENV|JOB_NAME|OPEN_MODE|NO_REQUEUE|REQUEUE|WAIT)$/;

export function jobEnvironment(env: Environment): Record<string, string> {
  const known = Object.entries(env).filter(([name, value]) => value !== undefined && NAMES.test(name));
  return Object.fromEntries(known.filter(([name]) => !NOT_WANTED.test(name))) as Record<string, string>;
}
