import { Alert, Button, Text } from '@mantine/core';
import { ApiError } from '../api/api-error.js';

/** A failure: what happened, and what to do. */
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { detail, action } = ApiError.of(error).problem;
  return (
    <Alert color="red" title={detail} role="alert" className="break-anywhere">
      <Text size="sm">{action}</Text>
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
