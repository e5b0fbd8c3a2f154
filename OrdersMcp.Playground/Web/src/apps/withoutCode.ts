// The policy of the page forbids code from strings. zod would try it when the first schema is made, so this comes before.
import { config } from 'zod';

config({ jitless: true });
