import { defineConfig } from 'vitest/config';

// The page runs under this policy even if a proxy drops the header of the server. Trusted types forbid writing HTML from text.
const policy = [
  "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
  "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');

const server = process.env.PLAYGROUND_URL ?? 'http://localhost:5070';
const routes = ['/chat', '/ws', '/settings', '/apps', '/tools', '/tasks', '/mcp', '/generate', '/analyze'];

export default defineConfig({
  base: './',
  build: { outDir: '../wwwroot', emptyOutDir: true, target: 'es2023', modulePreload: { polyfill: false } },
  plugins: [{
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
    ],
  }],
  // changeOrigin stays off: the playground admits only pages whose origin equals the header Host.
  server: { proxy: Object.fromEntries(routes.map(route => [route, { target: server, ws: route === '/ws' }])) },
  test: { include: ['src/**/*.test.{ts,tsx}'] },
});
