import { ComputeSlot } from '../compute-slot.js';

/** A parent that can be killed: it starts a request that never ends and prints the child's process id. */
const [entry, operation] = process.argv.slice(2);
if (!entry || !operation) throw new Error('usage: parent.js ENTRY OPERATION');
const slot = new ComputeSlot({ entry });
await slot.request('echo', 1);
console.log(slot.pid);
await slot.request(operation, { steps: 1000, ms: 100 });
