import { Button, Stack } from '@mantine/core';
import { ProblemAlert } from './problem-alert.js';

/** In place of a page that could not be drawn. */
export function PageFailure({ error }: { error: unknown }) {
  return (
    <Stack p="xl" align="flex-start">
      <ProblemAlert error={error} />
      <Button variant="default" component="a" href="/runs">
        To the list of runs
      </Button>
    </Stack>
  );
}
