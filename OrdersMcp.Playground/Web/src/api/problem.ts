import type { Problem } from './contract';

/** A failure that the page shows: a problem of the server (RFC 9457), or of the connection. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.problem = problem;
  }
}

export const connectionLost: Problem = {
  title: 'The connection was cut',
  detail: 'The answer is not complete. What arrived before is kept.',
  retryable: true,
};

const tooLong: Problem = { title: 'The conversation is too long', detail: 'Start a new one to go on.', status: 413, retryable: false };

export const problemOf = (error: unknown): Problem => error instanceof ProblemError ? error.problem
  : error instanceof TypeError ? { title: 'The server cannot be reached', detail: 'Check that the playground still runs, then try again.', retryable: true }
  : { title: 'The page failed', detail: error instanceof Error ? error.message : String(error), retryable: true };

/** The problem that a response carries, or one made of its status. */
export async function readProblem(response: Response): Promise<Problem> {
  if (response.status === 413) {
    return tooLong; // each request carries the whole conversation
  }

  const isRetryable = response.status === 429 || response.status >= 500;
  const text = (await response.text()).slice(0, 100_000);
  const body = parse(text);
  const { title, detail } = body;
  return {
    ...body,
    title: typeof title === 'string' ? title : `The server answered ${response.status}`,
    detail: typeof detail === 'string' ? detail : null,
    status: response.status,
    retryable: typeof body.retryable === 'boolean' ? body.retryable : isRetryable,
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
  } catch {
    return {}; // not from the playground: a proxy answers in HTML
  }
}
