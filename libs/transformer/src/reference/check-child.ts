// Entry of the process that checks a model: computing blocks the thread that it runs on.
import { serveCompute } from '@patchbay/runtime';
import { checkModel } from './check-model.js';

serveCompute({
  check: (input) => {
    const { reference, home } = input as { reference: string; home: string };
    return checkModel(reference, { home });
  },
});
