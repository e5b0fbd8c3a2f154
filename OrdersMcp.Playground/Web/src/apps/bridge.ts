// Loaded with the first app: most conversations show none.
import './withoutCode';
import { AppBridge, PostMessageTransport, type McpUiStyles, type McpUiStyleVariableKey } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { JsonObject, ToolResult } from '../api/contract';
import type { Theme } from '../components/theme';

type CallResult = { content: { type: 'text'; text: string }[]; structuredContent?: { [name: string]: unknown }; isError?: boolean };

export interface AppConnection {
  setTheme(theme: Theme): void;
  close(): Promise<void>;
}

export interface AppEvents {
  onReady(): void;
  onHeight(height: number): void;
  onCall(name: string, values: JsonObject): Promise<Pick<ToolResult, 'isError' | 'text'> & { structured?: unknown }>;
}

/** The colors of this page under the names of the specification. Their values hold for both themes (light-dark). */
const colors: [McpUiStyleVariableKey, string][] = [
  ['--color-background-primary', '--surface'], ['--color-background-secondary', '--sunken'], ['--color-border-primary', '--line'],
  ['--color-text-primary', '--text'], ['--color-text-secondary', '--quiet'], ['--color-text-success', '--good'],
  ['--color-text-danger', '--bad'], ['--color-text-warning', '--warn'],
];

function styles() {
  const page = getComputedStyle(document.documentElement);
  return { variables: Object.fromEntries(colors.map(([name, ours]) => [name, page.getPropertyValue(ours).trim()])) as McpUiStyles };
}

const context = (theme: Theme) => ({
  styles: styles(),
  theme, displayMode: 'inline' as const, availableDisplayModes: ['inline' as const], locale: navigator.language,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, platform: 'web' as const,
});

/** The host's side of an app (MCP Apps). It gets no more than the tools of the caller: no links, messages or downloads. */
export async function connect(
  frame: Window, values: JsonObject, result: ToolResult, theme: Theme, events: AppEvents): Promise<AppConnection> {
  const bridge = new AppBridge(null, { name: 'orders-playground', version: '1.0.0' }, { serverTools: {} }, { hostContext: context(theme) });
  bridge.addEventListener('initialized', () => {
    void bridge.sendToolInput({ arguments: values });
    void bridge.sendToolResult(toCallResult(result));
    events.onReady();
  });
  bridge.addEventListener('sizechange', ({ height }) => {
    if (height !== undefined && Number.isFinite(height)) {
      events.onHeight(height);
    }
  });
  bridge.oncalltool = async ({ name, arguments: given }) =>
    toCallResult(await events.onCall(name, (given ?? {}) as JsonObject));
  await bridge.connect(new PostMessageTransport(frame, frame));
  return {
    setTheme: next => bridge.setHostContext(context(next)),
    close: () => bridge.close(),
  };
}

function toCallResult({ text, structured, isError }: { text: string; structured?: unknown; isError: boolean }): CallResult {
  const isObject = typeof structured === 'object' && structured !== null && !Array.isArray(structured);
  return { content: [{ type: 'text', text }], isError, ...(isObject ? { structuredContent: structured as { [name: string]: unknown } } : {}) };
}
