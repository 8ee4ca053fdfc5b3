import { Button, Group, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The smallest run there is: model and prompts come with Patchbay, and it ends within seconds. */
const FIRST_RUN = { model: 'tinytasks', task: 'tinytasks/ioi', method: 'activation-patching' };

/** In place of an empty table: why it is empty and how to go on. */
export function NoRuns({ filtered }: { filtered: boolean }) {
  return (
    <Paper withBorder p="xl">
      <Text fw={600}>{filtered ? 'No run matches these filters.' : 'There are no runs yet.'}</Text>
      <Text size="sm" c="dimmed" mt={4}>
        {filtered
          ? 'Filters compare whole names, and all of them must match.'
          : 'A run is a method applied to a model and a task. It is kept with everything it takes to repeat it.'}
      </Text>
      <Group mt="md">
        {filtered ? (
          <Button variant="default" renderRoot={(props) => <Link to="/runs" search={{}} {...props} />}>
            Clear the filters
          </Button>
        ) : (
          <Button renderRoot={(props) => <Link to="/submit" search={FIRST_RUN} {...props} />}>
            Set up the first run
          </Button>
        )}
      </Group>
    </Paper>
  );
}
