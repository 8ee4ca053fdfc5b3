import { config } from 'zod';

// The page's content security policy forbids making code from text, which zod would try for speed. Imported before
// everything that makes a schema.
config({ jitless: true });
