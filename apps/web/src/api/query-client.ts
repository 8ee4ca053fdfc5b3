import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.js';

/** A refusal stays a refusal; only what the server's state can change is asked again. */
const mayPass = (error: unknown): boolean => {
  const { status } = ApiError.of(error).problem;
  return status === 0 || status >= 500;
};

export const queryClient = new QueryClient({
  defaultOptions: {
    // `always`: the API is on this machine, and a browser without a network would not ask it.
    queries: { networkMode: 'always', retry: (failures, error) => failures < 2 && mayPass(error), staleTime: 5_000 },
    mutations: { networkMode: 'always' },
  },
});
