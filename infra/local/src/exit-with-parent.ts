// Loaded into the API and the worker (`node --import`) before they start: when the process that started them is killed
// outright, the channel to it closes, and they end too.
import { GRACE_MS } from './process/stop-process.js';

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
