import type { RunRequestInput } from '@patchbay/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { api } from '../api/client.js';
import { runQuery } from '../api/queries.js';

/** Submits the request and goes to the run. Sent again after a break, the same request is still the same run. */
export function useSubmitRun(request: RunRequestInput) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const sent = useRef({ request: '', key: '' });
  return useMutation({
    mutationFn: () => {
      const text = JSON.stringify(request);
      if (sent.current.request !== text) sent.current = { request: text, key: crypto.randomUUID() };
      return api.submitRun(request, sent.current.key);
    },
    onSuccess: async (run) => {
      client.setQueryData(runQuery(run.id).queryKey, run);
      await navigate({ to: '/runs/$runId', params: { runId: run.id } });
    },
  });
}
