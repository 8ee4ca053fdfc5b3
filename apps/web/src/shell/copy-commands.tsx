import { Button, CopyButton, Group } from '@mantine/core';
import type { RunRequestInput } from '@patchbay/contracts';
import { cliCommand, curlCommand } from '../submit/commands.js';

interface CopyCommandsProps {
  request: RunRequestInput;
  /** while the request is not one that could be run */
  disabled?: boolean;
}

/** The same run as a line for a terminal, or for a script that talks to this server. */
export function CopyCommands({ request, disabled }: CopyCommandsProps) {
  return (
    <Group gap="xs">
      <CopyText label="Copy as CLI" text={cliCommand(request)} disabled={disabled} />
      <CopyText label="Copy as curl" text={curlCommand(request, window.location.origin)} disabled={disabled} />
    </Group>
  );
}

function CopyText({ label, text, disabled }: { label: string; text: string; disabled: boolean | undefined }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="xs" variant="default" onClick={copy} disabled={disabled} title={text} aria-live="polite">
          {copied ? 'Copied' : label}
        </Button>
      )}
    </CopyButton>
  );
}
