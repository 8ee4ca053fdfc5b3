import { Group, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface SectionProps {
  title: string;
  /** controls at the right of the title */
  aside?: ReactNode;
  children: ReactNode;
}

/** A part of a page with its heading, known to screen readers by it. */
export function Section({ title, aside, children }: SectionProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <Group justify="space-between" mb="xs" wrap="nowrap" gap="sm">
        <Title order={2} id={heading}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}
