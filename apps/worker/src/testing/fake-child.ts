// A compute child whose experiments compute nothing, slowly.
import { serveCompute } from '@patchbay/runtime';
import { experimentHandlers } from '../operations.js';
import { FakeExperiments } from './fake-experiments.js';

serveCompute(experimentHandlers(new FakeExperiments()));
