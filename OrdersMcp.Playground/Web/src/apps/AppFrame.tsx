import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { executeTool } from '../api/client';
import type { Answer, JsonObject, Question, ToolResult } from '../api/contract';
import { problemOf } from '../api/problem';
import { ThemeContext } from '../components/theme';
import type { Call } from '../conversation/conversation';
import { duration } from '../components/format';
import type { AppConnection } from './bridge';

/** Shows the confirmation dialog for a call that an app makes. */
export type AskPerson = (question: Question, app: string, caller: string) => Promise<Answer>;

interface Props {
  uri: string;
  title: string;
  call: Call;
  result: ToolResult;
  caller: string;
  askPerson: AskPerson;
}

interface AppCall {
  name: string;
  outcome: string;
}

const [lowest, highest] = [80, 900];
const longestStart = 10_000;
const mostCalls = 50;

/**
 * An app of the MCP server in a frame. The frame has no origin (no allow-same-origin), so it reaches neither this page nor
 * its server; the server sends it with a policy of its own. It asks for tools by messages, and the server decides.
 */
export function AppFrame({ uri, title, call, result, caller, askPerson }: Props) {
  const theme = useContext(ThemeContext);
  const frame = useRef<HTMLIFrameElement>(null);
  const connection = useRef<AppConnection | null>(null);
  const [height, setHeight] = useState(240);
  const [failure, setFailure] = useState<string>();
  const [calls, setCalls] = useState<AppCall[]>([]);

  useEffect(() => {
    const abort = new AbortController();
    const element = frame.current!;
    const tooLate = setTimeout(() => setFailure('The app did not start. Open the call to see its result.'), longestStart);
    let made = 0;
    const onCall = async (name: string, values: JsonObject) => {
      if (++made > mostCalls) {
        throw new Error(`The app has made ${mostCalls} calls, the most that this page allows.`);
      }

      const start = performance.now();
      const done = (outcome: string) => setCalls(before => [...before, { name, outcome: `${outcome} · ${duration(performance.now() - start)}` }]);
      try {
        const answer = await executeTool({ name, arguments: values, caller }, question => askPerson(question, title, caller), abort.signal);
        done(answer.isError ? 'failed' : 'finished');
        return answer;
      } catch (error) {
        done('failed');
        const { title: problem, detail } = problemOf(error);
        return { isError: true, text: detail ?? problem };
      }
    };

    const open = async () => {
      const { connect } = await import('./bridge');
      if (abort.signal.aborted) {
        return;
      }

      connection.current = await connect(element.contentWindow!, call.arguments, result, theme, {
        onReady: () => clearTimeout(tooLate),
        onHeight: wanted => setHeight(Math.min(Math.max(Math.ceil(wanted), lowest), highest)),
        onCall,
      });
      // Only now: the bridge must hear the first message of the app.
      element.src = `apps/frame?${new URLSearchParams({ uri, caller })}`;
    };

    open().catch((error: unknown) => {
      const { title: problem, detail } = problemOf(error);
      setFailure(detail ?? problem);
    });
    return () => {
      abort.abort();
      clearTimeout(tooLate);
      void connection.current?.close();
    };
    // A call and its result do not change once an app shows them.
  }, [uri, caller]);

  useEffect(() => connection.current?.setTheme(theme), [theme]);

  return (
    <div class="app">
      {failure && <p class="muted">{failure}</p>}
      <iframe ref={frame} title={`App: ${title}`} sandbox="allow-scripts" allow="" referrerpolicy="no-referrer" height={height} />
      {calls.length > 0 && (
        <details>
          <summary>{calls.length === 1 ? 'One call by the app' : `${calls.length} calls by the app`}</summary>
          <ul>{calls.map((made, i) => <li key={i}><code>{made.name}</code> {made.outcome}</li>)}</ul>
        </details>
      )}
    </div>
  );
}
