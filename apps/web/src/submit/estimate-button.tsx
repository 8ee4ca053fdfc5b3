import { Button, Text } from '@mantine/core';
import { estimateText, type RunRequestInput } from '@patchbay/contracts';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/client.js';

interface EstimateButtonProps {
  request: RunRequestInput;
  /** while the request is not one that could be run */
  disabled: boolean;
}

/** What the run would take, asked for and shown beside the button until the request is another. */
export function EstimateButton({ request, disabled }: EstimateButtonProps) {
  const { mutate, data, variables, error, isPending } = useMutation({ mutationFn: api.estimateRun });
  const isOfThis = JSON.stringify(variables) === JSON.stringify(request);
  return (
    <>
      <Button size="xs" variant="default" loading={isPending} disabled={disabled} onClick={() => mutate(request)}>
        Estimate
      </Button>
      {isOfThis && data && (
        <Text size="sm" role="status">
          {estimateText(data)}
        </Text>
      )}
      {isOfThis && error && (
        <Text size="sm" c="red" role="status">
          {error.message}
        </Text>
      )}
    </>
  );
}
