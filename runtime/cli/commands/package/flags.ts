export interface PackageFlags {
  readonly list?: boolean;
  readonly output?: string;
  readonly json?: boolean;
}
