import { defineConfig } from 'vitepress';
import { readdirSync, readFileSync } from 'node:fs';
import { anchorOf } from '../../eng/heading-anchors.mjs';

const folder = new URL('../decisions/', import.meta.url);
const decisions = readdirSync(folder)
  .filter((file) => /^\d{4}-.*\.md$/.test(file))
  .sort()
  .map((file) => ({
    text: /^# (.+)$/m.exec(readFileSync(new URL(file, folder), 'utf8'))![1],
    link: `/decisions/${file.replace('.md', '')}`,
  }));

export default defineConfig({
  title: 'OrdersMcp',
  description: 'Safe, observable access to an orders backend for AI agents',
  // Where the site is served below a path, such as /ordersmcp/.
  base: process.env.DOCS_BASE ?? '/',
  markdown: { anchor: { slugify: anchorOf } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [
      { text: 'Start', items: [{ text: 'Cancel an order, step by step', link: '/' }, { text: 'Architecture', link: '/architecture' }] },
      {
        text: 'Reference',
        items: [
          { text: 'Tools', link: '/tools' },
          { text: 'MCP server', link: '/mcp-server' },
          { text: 'Library', link: '/library' },
          { text: 'Orders API', link: '/orders-api' },
          { text: 'Playground', link: '/playground' },
          { text: 'Security', link: '/security' },
          { text: 'Observability', link: '/observability' },
          { text: 'Deployment', link: '/deployment' },
          { text: 'Scale', link: '/scale' },
          { text: 'Benchmarks', link: '/benchmarks' },
        ],
      },
      { text: 'Decisions', link: '/decisions/', collapsed: true, items: decisions },
    ],
  },
});
