import { Alert, Container } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';
import { healthQuery } from '../api/queries.js';

/** Says which part of the platform is away and what that means; nothing while all is well. */
export function HealthBanner() {
  const { data, error } = useQuery(healthQuery);
  const trouble = error ? apiAway(error) : data && troubleOf(data.postgres, data.temporal);
  if (!trouble) return null;
  return (
    <Container size="xl" pt="md">
      <Alert color={trouble.colour} title={trouble.title} role="alert">
        {trouble.meaning}
      </Alert>
    </Container>
  );
}

const apiAway = (error: Error) => {
  const { detail, action } = ApiError.of(error).problem;
  return { colour: 'red', title: detail, meaning: `${action} This page comes back by itself.` };
};

function troubleOf(postgres: string, temporal: string) {
  if (postgres === 'down') {
    return {
      colour: 'red',
      title: 'Postgres does not answer.',
      meaning: 'Nothing can be shown or recorded until it is back. Look at its log, or at DATABASE_URL.',
    };
  }
  if (temporal === 'up') return undefined;
  return {
    colour: 'yellow',
    title: 'Temporal does not answer.',
    meaning: 'Runs are recorded and start once it is back. Look at its log, or at TEMPORAL_ADDRESS.',
  };
}
