import type { Manifest } from '@patchbay/contracts';
import { Section } from '../shell/section.js';
import { DefinitionList, type Entry } from './definition-list.js';
import { paramEntries } from './request-list.js';

/** Everything it takes to repeat the run, as the result file has it. */
export function ManifestList({ manifest }: { manifest: Manifest }) {
  return (
    <Section title="Manifest">
      <DefinitionList entries={manifestEntries(manifest)} />
    </Section>
  );
}

function manifestEntries({ patchbay, request, method, model, task, engine, machine, conventions }: Manifest): Entry[] {
  return [
    ['Method', `${method.id}, version ${method.version}`],
    ...paramEntries(method.params),
    ['Model', `${model.name} (${model.family})`],
    ['Model SHA-256', model.sha256],
    ['Tokenizer SHA-256', model.tokenizerSha256],
    ['Revision', model.revision ?? ''],
    ['Task', `${task.name}, ${task.pairs} pairs`],
    ['Task SHA-256', task.sha256],
    ['Seed', String(request.seed)],
    ['Engine', `ONNX Runtime ${engine.onnxruntime}, ${engine.device}, ${engine.dtype}`],
    ['Machine', `${machine.platform} ${machine.arch}, ${machine.cpus} CPUs, Node ${machine.node}`],
    ['Patchbay', patchbay],
    ...Object.entries(conventions).map(([name, words]): Entry => [`Convention: ${name}`, words]),
  ];
}
