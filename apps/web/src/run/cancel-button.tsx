import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';
import { api } from '../api/client.js';
import { runQuery } from '../api/queries.js';

/** Asks the run to stop. It stays "cancelling" until the worker has let go, which the run's status then tells. */
export function CancelButton({ runId }: { runId: string }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.cancelRun(runId),
    onSuccess: (run) => client.setQueryData(runQuery(runId).queryKey, run),
  });
  const isAsked = cancel.isPending || cancel.isSuccess;
  return (
    <>
      <Button size="xs" variant="outline" color="red" disabled={isAsked} onClick={() => cancel.mutate()}>
        {isAsked ? 'Cancelling…' : 'Cancel'}
      </Button>
      {cancel.error && (
        <Text size="xs" c="red" role="alert">
          {cancel.error.message} {ApiError.of(cancel.error).problem.action}
        </Text>
      )}
    </>
  );
}
