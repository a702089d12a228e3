/** Bodies of flow classes, by shape. */
export const LINEAR = `start() { this.next(this.a) } a() { this.next(this.end) } end() {}`;

export const BRANCH = `start() { this.next(this.a, this.b, this.c) }
  a() { this.next(this.join) } b() { this.next(this.join) } c() { this.next(this.join) }
  join(inputs) { this.next(this.end) } end() {}`;

export const FOREACH = `start() { this.next(this.body, { foreach: "xs" }) }
  body() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;

export const NESTED = `start() { this.next(this.outer, { foreach: "xs" }) }
  outer() { this.next(this.inner, { foreach: "ys" }) }
  inner() { this.next(this.close) }
  close(inputs) { this.next(this.join) }
  join(inputs) { this.next(this.end) } end() {}`;

export const GANG = `start() { this.next(this.node, { numParallel: 3 }) }
  node() { this.next(this.join) } join(inputs) { this.next(this.end) } end() {}`;

export const LOOP = `start() { this.next(this.round) }
  round() { this.next({ more: this.round, done: this.end }, { condition: "state" }) } end() {}`;
