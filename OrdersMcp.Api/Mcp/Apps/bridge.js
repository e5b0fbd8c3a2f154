// The connection of an app to its host: JSON-RPC 2.0 over postMessage (MCP Apps, 2026-01-26).
const bridge = (() => {
  const open = new Map();
  const handlers = {};
  let last = 0;
  let capabilities = {};

  // The sandboxed app does not know the host's origin. It sends nothing secret: the host already has the data.
  const post = message => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const notify = (method, params = {}) => post({ method, params });
  const request = (method, params) => new Promise((resolve, reject) => {
    const id = ++last;
    open.set(id, { resolve, reject });
    post({ id, method, params });
  });

  const applyContext = context => {
    const root = document.documentElement;
    if (context?.theme === 'light' || context?.theme === 'dark') {
      root.style.colorScheme = context.theme;
    }

    for (const [name, value] of Object.entries(context?.styles?.variables ?? {})) {
      if (name.startsWith('--') && typeof value === 'string') {
        root.style.setProperty(name, value);
      }
    }

    if (typeof context?.locale === 'string') {
      bridge.locale = context.locale;
    }
  };

  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || data?.jsonrpc !== '2.0') {
      return;
    }

    if (data.method === undefined) {
      const waiting = open.get(data.id);
      open.delete(data.id);
      if (data.error) {
        waiting?.reject(new Error(data.error.message));
      } else {
        waiting?.resolve(data.result);
      }
    } else {
      handlers[data.method]?.(data.params ?? {});
      if (data.id !== undefined) {
        post(['ping', 'ui/resource-teardown'].includes(data.method)
          ? { id: data.id, result: {} }
          : { id: data.id, error: { code: -32601, message: 'The app has no such method.' } });
      }
    }
  });

  return {
    locale: undefined,

    // Initializes the connection. The host then sends the arguments and the result of the tool.
    async start(name, onInput, onResult) {
      handlers['ui/notifications/tool-input'] = params => onInput(params.arguments ?? {});
      handlers['ui/notifications/tool-result'] = onResult;
      handlers['ui/notifications/host-context-changed'] = applyContext;
      const answer = await request('ui/initialize', {
        appInfo: { name, version: '1.0.0' }, appCapabilities: {}, protocolVersion: '2026-01-26',
      });
      capabilities = answer.hostCapabilities ?? {};
      applyContext(answer.hostContext);
      notify('ui/notifications/initialized');
      new ResizeObserver(() => notify('ui/notifications/size-changed', {
        width: document.documentElement.scrollWidth, height: Math.ceil(document.body.getBoundingClientRect().height),
      })).observe(document.body);
    },

    // Whether the host forwards tool calls, and the caller sees the tool.
    mayCall: tool => capabilities.serverTools !== undefined
      && document.querySelector('meta[name="mcp-tools"]').content.split(' ').includes(tool),

    call: (name, args) => request('tools/call', { name, arguments: args }),
  };
})();

// Creates an element. Strings become text, never markup.
const el = (name, attributes = {}, ...children) => {
  const svg = ['svg', 'g', 'rect', 'text', 'line', 'title'].includes(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }

  element.append(...present(children));
  return element;
};

// Removes the results of false conditions: null, undefined, false and empty strings.
const present = children => children.filter(child => child instanceof Node || (typeof child === 'string' && child !== ''));

const show = (...children) => document.getElementById('app').replaceChildren(...present(children));
const textOf = result => (result.content ?? []).filter(part => part.type === 'text').map(part => part.text).join('\n');
const money = (amount, currency) => new Intl.NumberFormat(bridge.locale, { style: 'currency', currency }).format(amount);
const time = value => new Intl.DateTimeFormat(bridge.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));

// The message of a tool error for the user: the detail of its problem details, or its text.
const problemOf = result => {
  const text = textOf(result);
  try {
    const problem = JSON.parse(text);
    return problem.detail ?? problem.title ?? text;
  } catch {
    return text;
  }
};
