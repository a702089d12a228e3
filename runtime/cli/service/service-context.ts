import type { PackagedService } from "../../../sdk/base/host.ts";
import type { StoreContext } from "../cli-context.ts";
import type { GivenService } from "../load-cli.ts";

/** What a command about a service gets. */
export interface ServiceContext extends StoreContext, GivenService {
  /** Absolute path. */
  readonly serviceFile: string;
  /** Set in an image of the service. */
  readonly packaged: PackagedService | null;
}
