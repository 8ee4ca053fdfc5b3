/** @file A graph being built: values, nodes, nested branches. Pure data; `serialise.ts` writes it as ONNX. */

export type DType = 'float32' | 'int64' | 'bool';
/** A fixed size, or the name of one that is known only when the graph runs. */
export type Dim = number | string;
export type Attribute = number | { float: number } | readonly number[] | string | Scope;

export interface Node {
  op: string;
  inputs: readonly Value[];
  outputs: readonly Value[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** Bytes of another file that hold a float32 initializer: the runtime reads them in place. */
export interface ExternalData {
  /** file name relative to the folder that the session is opened with */
  location: string;
  offset: number;
  bytes: number;
}

export type Initializer = { value: Value; dims: readonly number[] } & (
  { external: ExternalData } | { data: Float32Array | BigInt64Array }
);

/** One list of nodes: the graph's own, or one branch of an `If`, which may read any value of the scopes around it. */
export interface Scope {
  nodes: Node[];
  outputs: Value[];
}

/** A tensor in a graph. Arithmetic methods are in `value.ts`. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly dtype: DType;
}

export class Graph {
  readonly inputs: { value: Value; dims: readonly Dim[] }[] = [];
  readonly outputs: { value: Value; name: string }[] = [];
  readonly initializers: Initializer[] = [];
  readonly root: Scope = { nodes: [], outputs: [] };
  #scope = this.root;
  #names = 0;

  constructor(readonly name: string) {}

  input(name: string, dtype: DType, dims: readonly Dim[]): Value {
    const value = this.#value(name, dtype);
    this.inputs.push({ value, dims });
    return value;
  }

  /** Names a value as a result of the graph. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** A float32 weight that stays in its file. */
  weight(name: string, dims: readonly number[], external: ExternalData): Value {
    const known = this.initializers.find((i) => i.value.name === name);
    if (known) return known.value;
    const value = this.#value(name, 'float32');
    this.initializers.push({ value, dims, external });
    return value;
  }

  /** A small constant that travels inside the graph. */
  constant(data: Float32Array | BigInt64Array, dims: readonly number[]): Value {
    const value = this.#value(this.#fresh('c'), data instanceof Float32Array ? 'float32' : 'int64');
    this.initializers.push({ value, dims, data });
    return value;
  }

  scalar(x: number): Value {
    return this.constant(Float32Array.of(x), []);
  }

  /** A shape, a list of axes or of indices. */
  integers(...xs: readonly number[]): Value {
    return this.constant(BigInt64Array.from(xs, BigInt), [xs.length]);
  }

  /** Appends one node to the scope that is being built; `dtypes` has one entry for each output. */
  node(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    dtypes: readonly DType[] = [inputs[0]?.dtype ?? 'float32'],
  ): Value[] {
    const outputs = dtypes.map((dtype) => this.#value(this.#fresh(op), dtype));
    this.#scope.nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /**
   * `condition ? yes() : no()` for a boolean scalar: the branch not taken is not computed, and both may read the same
   * weights. Branches must give equally many values of the same types.
   */
  choose(condition: Value, yes: () => readonly Value[], no: () => readonly Value[]): Value[] {
    const [thenBranch, elseBranch] = [this.#branch(yes), this.#branch(no)];
    const dtypes = thenBranch.outputs.map((v) => v.dtype);
    return this.node('If', [condition], { then_branch: thenBranch, else_branch: elseBranch }, dtypes);
  }

  #branch(build: () => readonly Value[]): Scope {
    const outer = this.#scope;
    const scope: Scope = { nodes: [], outputs: [] };
    this.#scope = scope;
    // A branch may only return values made inside it, so what it hands through from outside is named anew.
    scope.outputs = build().map((v) => this.node('Identity', [v])[0] as Value);
    this.#scope = outer;
    return scope;
  }

  #fresh(stem: string): string {
    return `${stem}_${this.#names++}`;
  }

  #value(name: string, dtype: DType): Value {
    return { graph: this, name, dtype };
  }
}
