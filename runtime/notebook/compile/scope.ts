/** Name of the global through which a cell's script reaches what a module has: see `session/cell-scope.ts`. */
export const SCOPE = "__millraceCell";
