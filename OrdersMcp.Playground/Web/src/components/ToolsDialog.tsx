import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { loadTools, type ToolSummary } from '../api/client';
import type { CallerChoice, Problem } from '../api/contract';
import { problemOf } from '../api/problem';
import { Icon } from './Icon';

/** What a caller may do: the tools that the MCP server shows to it. */
export function ToolsDialog({ caller, onClose }: { caller: CallerChoice; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [tools, setTools] = useState<ToolSummary[]>();
  const [problem, setProblem] = useState<Problem>();

  useEffect(() => {
    dialog.current!.showModal();
    const abort = new AbortController();
    loadTools(caller.id, abort.signal).then(setTools, (error: unknown) => abort.signal.aborted || setProblem(problemOf(error)));
    return () => abort.abort();
  }, [caller.id]);

  return (
    <dialog ref={dialog} class="dialog tools" aria-labelledby={`${id}-title`} onClose={onClose}>
      <div class="dialog-head">
        <div>
          <h2 id={`${id}-title`}>{caller.name}</h2>
          <p class="muted">{caller.description}</p>
        </div>
        <button type="button" class="quiet-button square" onClick={() => dialog.current!.close()}><Icon name="cross" size={18} /><span class="hidden">Close</span></button>
      </div>
      <div aria-live="polite" aria-busy={!tools && !problem}>
        {problem ? <p class="problem"><Icon name="warning" /><span><strong>{problem.title}</strong> {problem.detail}</span></p>
          : !tools ? <p class="muted">Loading the tools…</p>
          : (
            <>
              <p class="muted">The server shows {tools.length === 1 ? 'one tool' : `${tools.length} tools`} to this caller.</p>
              <ul class="tool-list" tabIndex={0} aria-label="Tools">
                {tools.map(tool => (
                  <li key={tool.name}>
                    <span><strong>{tool.title ?? tool.name}</strong> <code>{tool.name}</code></span>
                    <span class={tool.destructive ? 'tag danger' : 'tag'}>{tool.readOnly ? 'Reads' : tool.destructive ? 'Destructive' : 'Changes data'}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
      </div>
    </dialog>
  );
}
