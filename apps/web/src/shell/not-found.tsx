import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePageTitle } from './use-page-title.js';

export function NotFound() {
  usePageTitle('No such page');
  return (
    <>
      <Title order={1}>There is no page at this address</Title>
      <Text mt="sm">
        Go to the <Link to="/runs">list of runs</Link>.
      </Text>
    </>
  );
}
