import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Attribute, DType, Dim, Graph, Initializer, Scope, Value } from './graph.js';

/** Operator set of every graph: the first with Gelu, the last that all execution providers have whole. */
const OPSET = 20n;
const IR_VERSION = 10n;
const DATA_TYPES: Record<DType, DataType> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

type NameOf = (value: Value) => string;

/** The graph as the bytes of an .onnx file: a few KB, since weights stay in their own files. */
export function serialise(graph: Graph): Uint8Array {
  const names = outputNames(graph);
  const nameOf: NameOf = (value) => names.get(value) ?? value.name;
  const proto = create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(({ value, dims }) => valueInfo(value.name, value.dtype, dims)),
    initializer: graph.initializers.map(tensor),
    node: [
      ...nodes(graph.root, nameOf),
      ...graph.outputs
        .filter(({ name, value }) => names.get(value) !== name)
        .map(({ name, value }) =>
          create(NodeProtoSchema, { opType: 'Identity', input: [nameOf(value)], output: [name] }),
        ),
    ],
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value.dtype)),
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: OPSET })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: IR_VERSION, graph: proto, opsetImport }));
}

/** A node's output that leaves the graph bears the outer name from the start: naming it anew would copy it. */
function outputNames(graph: Graph): Map<Value, string> {
  const computed = new Set(graph.root.nodes.flatMap(({ outputs }) => outputs));
  const names = new Map<Value, string>();
  for (const { name, value } of graph.outputs) {
    if (computed.has(value) && !names.has(value)) names.set(value, name);
  }
  return names;
}

const nodes = (scope: Scope, nameOf: NameOf): NodeProto[] =>
  scope.nodes.map(({ op, inputs, outputs, attributes }) =>
    create(NodeProtoSchema, {
      opType: op,
      input: inputs.map(nameOf),
      output: outputs.map(nameOf),
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value, nameOf)),
    }),
  );

function attribute(name: string, value: Attribute, nameOf: NameOf): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('nodes' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: subgraph(name, value, nameOf) });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

const subgraph = (name: string, scope: Scope, nameOf: NameOf): GraphProto =>
  create(GraphProtoSchema, {
    name,
    input: scope.inputs.map((v) => valueInfo(v.name, v.dtype, v.dims)),
    node: nodes(scope, nameOf),
    output: scope.outputs.map((v: Value) => valueInfo(v.name, v.dtype)),
  });

function valueInfo(name: string, dtype: DType, dims?: readonly Dim[]) {
  const shape = dims && create(TensorShapeProtoSchema, { dim: dims.map(dimension) });
  const tensorType = create(TypeProto_TensorSchema, { elemType: DATA_TYPES[dtype], shape });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  });
}

const dimension = (dim: Dim) =>
  create(TensorShapeProto_DimensionSchema, {
    value: typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim },
  });

function tensor(initializer: Initializer) {
  const { value, dims } = initializer;
  const head = { name: value.name, dims: dims.map(BigInt), dataType: DATA_TYPES[value.dtype] };
  if ('data' in initializer) {
    const { buffer, byteOffset, byteLength } = initializer.data;
    return create(TensorProtoSchema, { ...head, rawData: new Uint8Array(buffer, byteOffset, byteLength).slice() });
  }
  const { location, offset, bytes } = initializer.external;
  const entries = { location, offset: String(offset), length: String(bytes) };
  return create(TensorProtoSchema, {
    ...head,
    dataLocation: DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, v]) => create(StringStringEntryProtoSchema, { key, value: v })),
  });
}
