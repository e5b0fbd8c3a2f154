import type { Limit } from '../api/contract';
import type { End } from '../conversation/conversation';
import { Icon } from './Icon';

const limits: Record<Limit, string> = {
  turns: 'model turns', toolCalls: 'tool calls', tokens: 'tokens', seconds: 'time', cost: 'cost',
};

/** How a run ended, unless it just finished. */
export function RunEnd({ end, onRetry }: { end: End; onRetry: (() => void) | undefined }) {
  switch (end.kind) {
    case 'finished':
      return end.detail ? <p class="ended"><Icon name="info" size={16} /><span>{end.detail}</span></p> : null;
    case 'stopped':
      return <p class="ended"><Icon name="stop" size={16} /><span>You stopped the answer.</span></p>;
    case 'limit':
      return (
        <div class="problem limit">
          <Icon name="info" />
          <div>
            <p><strong>Limit reached{end.limit && `: ${limits[end.limit]}`}</strong></p>
            <p>{end.detail ?? 'Ask a smaller question, or raise the limit in the settings of the playground.'}</p>
          </div>
        </div>
      );
    case 'failed':
      return (
        <div class="problem">
          <Icon name="warning" />
          <div>
            <p><strong>{end.problem.title}</strong></p>
            {end.problem.detail && <p>{end.problem.detail}</p>}
            {onRetry && end.problem.retryable && (
              <button type="button" class="button" onClick={onRetry}><Icon name="retry" size={16} />Try again</button>
            )}
          </div>
        </div>
      );
  }
}
