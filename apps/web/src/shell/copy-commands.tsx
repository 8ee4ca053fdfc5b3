import { Button, CopyButton, Group } from '@mantine/core';
import type { RunRequestInput } from '@patchbay/contracts';
import { cliCommand, curlCommand } from '../submit/commands.js';

/** The same run as a line for a terminal, or for a script that talks to this server. */
export function CopyCommands({ request }: { request: RunRequestInput }) {
  return (
    <Group gap="xs">
      <CopyText label="Copy as CLI" text={cliCommand(request)} />
      <CopyText label="Copy as curl" text={curlCommand(request, window.location.origin)} />
    </Group>
  );
}

function CopyText({ label, text }: { label: string; text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="xs" variant="default" onClick={copy} title={text} aria-live="polite">
          {copied ? 'Copied' : label}
        </Button>
      )}
    </CopyButton>
  );
}
