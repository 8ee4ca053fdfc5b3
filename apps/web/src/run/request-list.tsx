import type { RunRequest } from '@patchbay/contracts';
import { Section } from '../shell/section.js';
import { settingText } from '../submit/setting-text.js';
import { DefinitionList, type Entry } from './definition-list.js';

/** What was asked for, while there is no manifest yet. */
export function RequestList({ request }: { request: RunRequest }) {
  return (
    <Section title="Request">
      <DefinitionList
        entries={[
          ['Model', request.model],
          ['Task', request.task],
          ['Method', request.method],
          ...paramEntries(request.params),
          ['Pairs', request.pairs === undefined ? 'all' : String(request.pairs)],
          ['Seed', String(request.seed)],
          ['Device', request.device],
        ]}
      />
    </Section>
  );
}

export const paramEntries = (params: Readonly<Record<string, unknown>>): Entry[] =>
  Object.entries(params).map(([name, value]) => [name, settingText(value)]);
