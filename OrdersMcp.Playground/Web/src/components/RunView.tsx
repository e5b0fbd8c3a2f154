import { memo } from 'preact/compat';
import type { AskPerson } from '../apps/AppFrame';
import { callsOf, sumOf, type Run } from '../conversation/conversation';
import { Markdown } from '../text/Markdown';
import { CallCard } from './CallCard';
import { count, money } from './format';
import { Icon } from './Icon';
import { RunEnd } from './RunEnd';

interface Props {
  run: Run;
  isLast: boolean;
  askPerson: AskPerson;
  onRetry(): void;
}

/** A question and what came of it. */
export const RunView = memo(function RunView({ run, isLast, askPerson, onRetry }: Props) {
  const isAsking = callsOf(run).some(call => call.state === 'asking');
  const isRunning = run.end === null && !isAsking;
  const isThinking = isRunning && !callsOf(run).some(call => call.state === 'running');
  return (
    <article class="run" aria-label={`Question: ${run.prompt.slice(0, 80)}`}>
      <h2 class="question"><span class="hidden">You asked: </span>{run.prompt}</h2>
      <div class="answer" aria-busy={isRunning}>
        {run.items.map((item, i) => item.kind === 'text'
          ? <Markdown key={i} text={item.text} />
          : <CallCard key={item.call.id} call={item.call} caller={run.caller} askPerson={askPerson} />)}
        {isThinking && <p class="thinking"><span class="dots" aria-hidden="true"><i /><i /><i /></span><span class="hidden">The model is answering.</span></p>}
        {run.end && <RunEnd end={run.end} onRetry={isLast ? onRetry : undefined} />}
      </div>
      {run.end && <UsageLine run={run} />}
    </article>
  );
}, (before, after) => before.run === after.run && before.isLast === after.isLast);

function UsageLine({ run }: { run: Run }) {
  const usage = sumOf(run.usages);
  return (
    <footer class="usage">
      {run.modelName && <span>{run.modelName}</span>}
      {usage && <span>{count(usage.turns, 'turn')}</span>}
      {usage && <span>{count(usage.toolCalls, 'tool call')}</span>}
      {usage && <span>{count(usage.inputTokens, 'token')} in, {count(usage.outputTokens, 'token')} out</span>}
      {usage && usage.cost !== null && usage.cost > 0 && usage.currency !== null && <span>{money(usage.cost, usage.currency)}</span>}
      {run.traces.map((trace, i) => trace.url
        ? <a key={trace.id} href={trace.url} target="_blank" rel="noopener">Trace{run.traces.length > 1 ? ` ${i + 1}` : ''}<Icon name="external" size={14} /></a>
        : <span key={trace.id}>Trace <code>{trace.id.slice(0, 8)}</code></span>)}
    </footer>
  );
}
