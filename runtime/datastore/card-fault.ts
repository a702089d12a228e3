/** The kind of component that stands where another could not be made; it is stored like any other. */
export const FAULT_KIND = "fault";

export interface CardFault {
  /** The kind of what could not be made. */
  readonly of: string;
  readonly message: string;
}
