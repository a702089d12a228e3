/** No requirement beyond the argument's own type. */
export type Fine = unknown;
export type Step = (argument: never) => unknown;
export type TakesNothing<Target extends Step> = [] extends Parameters<Target> ? true : false;
