/** @file A graph being built: values, nodes, nested branches. Pure data; `serialise.ts` writes it as ONNX. */

export type DType = 'float32' | 'int64' | 'bool';
/** A fixed size, or the name of one that is known only when the graph runs; in one graph, one name is one size. */
export type Dim = number | string;
/** What is known of a tensor before the graph runs: its rank always, its sizes where they are fixed. */
export interface TensorType {
  dtype: DType;
  dims: readonly Dim[];
}
export type Attribute = number | { float: number } | readonly number[] | string | Scope;

export interface Node {
  op: string;
  inputs: readonly Value[];
  /** Grows where a gradient asks a LayerNormalization for its statistics. */
  outputs: Value[];
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

/** One list of nodes: the graph's own, a branch of an `If` or the body of a `Loop`; it reads all scopes around it. */
export interface Scope {
  /** what a `Loop` hands to its body */
  inputs: Value[];
  nodes: Node[];
  outputs: Value[];
}

/** A tensor in a graph, known by its name; `ops/` computes with it. */
export interface Value extends Readonly<TensorType> {
  readonly graph: Graph;
  readonly name: string;
}

/** What a step of a `loop` hands to the next step, and what it leaves behind for good. */
export interface LoopStep {
  carried: readonly Value[];
  /** kept of every step and stacked: a value of [sizes] leaves the loop as [steps, sizes] */
  recorded?: readonly Value[];
}

export class Graph {
  readonly inputs: { value: Value; dims: readonly Dim[] }[] = [];
  readonly outputs: { value: Value; name: string }[] = [];
  readonly initializers: Initializer[] = [];
  readonly root: Scope = { inputs: [], nodes: [], outputs: [] };
  /** the scope that is being built, last, and those around it */
  readonly #scopes: [Scope, ...Scope[]] = [this.root];
  #names = 0;

  constructor(readonly name: string) {}

  input(name: string, dtype: DType, dims: readonly Dim[]): Value {
    const value = this.#value(name, { dtype, dims });
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
    const value = this.#value(name, { dtype: 'float32', dims });
    this.initializers.push({ value, dims, external });
    return value;
  }

  /** A small constant that travels inside the graph. */
  constant(data: Float32Array | BigInt64Array, dims: readonly number[]): Value {
    const value = this.#value(this.#fresh('c'), { dtype: data instanceof Float32Array ? 'float32' : 'int64', dims });
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

  /** What a constant holds; undefined for any other value. */
  constantOf(value: Value): Float32Array | BigInt64Array | undefined {
    const found = this.initializers.find((i) => i.value.name === value.name);
    return found && 'data' in found ? found.data : undefined;
  }

  /** A size known only when the graph runs, and not known to equal any other. */
  unknownSize(): Dim {
    return this.#fresh('~');
  }

  /** Appends one node to the scope that is being built; `types` has one entry for each output. */
  node(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>>,
    types: readonly TensorType[],
  ): Value[] {
    const node: Node = { op, inputs, outputs: [], attributes };
    this.#scope.nodes.push(node);
    return this.extend(node, op, types);
  }

  /** Asks a node for further outputs, behind those that it has. */
  extend(node: Node, stem: string, types: readonly TensorType[]): Value[] {
    const outputs = types.map((type) => this.#value(this.#fresh(stem), type));
    node.outputs.push(...outputs);
    return outputs;
  }

  /** The nodes whose results can be read where the graph is being built, each after those that it reads. */
  visibleNodes(): Node[] {
    return this.#scopes.flatMap((scope) => scope.nodes);
  }

  /**
   * `condition ? yes() : no()` for a boolean scalar: the branch not taken is not computed, and both may read the same
   * weights. Branches must give equally many values of the same types and ranks.
   */
  choose(condition: Value, yes: () => readonly Value[], no: () => readonly Value[]): Value[] {
    const [thenBranch, elseBranch] = [this.#subgraph([], yes), this.#subgraph([], no)];
    const types = thenBranch.outputs.map((a, i) => commonType(this, 'If', a, elseBranch.outputs[i]));
    return this.node('If', [condition], { then_branch: thenBranch, else_branch: elseBranch }, types);
  }

  /**
   * Repeats `body` `count` times (int64 scalar) inside one run. `body` gets the number of the step, from 0, and the
   * carried values, first `initial` and then what the step before gave, of the same types and sizes.
   */
  loop(
    count: Value,
    initial: readonly Value[],
    body: (step: Value, carried: readonly Value[]) => LoopStep,
  ): { carried: Value[]; recorded: Value[] } {
    const step = this.#value(this.#fresh('step'), { dtype: 'int64', dims: [] });
    const going = this.#value(this.#fresh('going'), { dtype: 'bool', dims: [] });
    const carried = initial.map((v) => this.#value(this.#fresh('carried'), v));
    const scope = this.#subgraph([step, going, ...carried], () => {
      const result = body(step, carried);
      return [going, ...result.carried, ...(result.recorded ?? [])];
    });
    const results = scope.outputs.slice(1);
    const types = initial.map((v, i) => commonType(this, 'Loop', v, results[i]));
    const steps = this.unknownSize();
    const records = results.slice(initial.length).map(({ dtype, dims }) => ({ dtype, dims: [steps, ...dims] }));
    const always = this.#yes();
    const outputs = this.node('Loop', [count, always, ...initial], { body: scope }, [...types, ...records]);
    return { carried: outputs.slice(0, initial.length), recorded: outputs.slice(initial.length) };
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? this.root;
  }

  #yes(): Value {
    const one = this.scalar(1);
    return this.node('Equal', [one, one], {}, [{ dtype: 'bool', dims: [] }])[0] as Value;
  }

  #subgraph(inputs: Value[], build: () => readonly Value[]): Scope {
    const scope: Scope = { inputs, nodes: [], outputs: [] };
    this.#scopes.push(scope);
    try {
      // A subgraph may only return values made inside it, so what it hands through from outside is named anew.
      scope.outputs = build().map((v) => this.node('Identity', [v], {}, [v])[0] as Value);
    } finally {
      this.#scopes.pop();
    }
    return scope;
  }

  #fresh(stem: string): string {
    return `${stem}_${this.#names++}`;
  }

  #value(name: string, { dtype, dims }: TensorType): Value {
    return { graph: this, name, dtype, dims };
  }
}

/** The type of a value that is `a` at one time and `b` at another. @throws Error where dtypes, ranks or sizes differ */
function commonType(graph: Graph, op: string, a: Value, b: Value | undefined): TensorType {
  const fits = b && a.dtype === b.dtype && a.dims.length === b.dims.length;
  if (!fits) throw new Error(`${op}: ${describe(a)} on one side, ${b ? describe(b) : 'nothing'} on the other`);
  return { dtype: a.dtype, dims: a.dims.map((dim, i) => (dim === b.dims[i] ? dim : graph.unknownSize())) };
}

const describe = ({ name, dtype, dims }: Value): string => `${name} (${dtype} [${dims.join(', ')}])`;
