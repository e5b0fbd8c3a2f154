// Orders and revenue by group: columns over time, bars for everything else, one chart for each currency.
const measures = {
  revenue: { title: 'Revenue', text: group => money(group.revenue, group.currency) },
  orders: { title: 'Orders', text: group => new Intl.NumberFormat(bridge.locale).format(group.orders) },
};
const groupings = ['day', 'week', 'status', 'customer', 'product'];
let input = {};
let groupBy = 'none';
let measure = 'revenue';
let data;

const labelOf = group => group.name ?? group.key;

const columns = groups => {
  const [width, height, foot] = [640, 220, 24];
  const most = Math.max(...groups.map(group => group[measure]), 1);
  const step = width / groups.length;
  const every = Math.ceil(groups.length / 8);
  return el('svg', { viewBox: `0 0 ${width} ${height + foot}`, role: 'img', 'aria-label': `${measures[measure].title} by ${groupBy}; the table has the numbers` },
    el('line', { x1: 0, x2: width, y1: height, y2: height }),
    ...groups.flatMap((group, i) => {
      const tall = Math.max((height - 16) * group[measure] / most, 1);
      return [
        el('rect', { x: i * step + step * 0.1, y: height - tall, width: step * 0.8, height: tall, rx: Math.min(3, step / 4) }, el('title', {}, `${labelOf(group)}: ${measures[measure].text(group)}`)),
        i % every === 0 && el('text', { x: i * step + step * 0.1, y: height + 16 }, group.key.slice(5)),
      ];
    }));
};

const table = (groups, withBars) => {
  const most = Math.max(...groups.map(group => group[measure]), 1);
  const bar = group => {
    const fill = el('div');
    fill.style.width = `${100 * group[measure] / most}%`;
    return el('td', { class: 'bar', 'aria-hidden': 'true' }, fill);
  };
  return el('table', {},
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, groupBy === 'none' ? 'All orders' : groupBy[0].toUpperCase() + groupBy.slice(1)), withBars && el('td', { 'aria-hidden': 'true' }),
      el('th', { scope: 'col', class: 'number' }, 'Revenue'), el('th', { scope: 'col', class: 'number' }, 'Orders'), el('th', { scope: 'col', class: 'number' }, 'Average'))),
    el('tbody', {}, ...groups.map(group => el('tr', {},
      el('th', { scope: 'row' }, labelOf(group)), withBars && bar(group),
      el('td', { class: 'number' }, measures.revenue.text(group)), el('td', { class: 'number' }, measures.orders.text(group)), el('td', { class: 'number' }, money(group.average, group.currency))))));
};

const chart = (currency, groups) => {
  const isTime = ['day', 'week'].includes(groupBy);
  const ordered = isTime ? groups.toSorted((a, b) => a.key < b.key ? -1 : 1) : groups.toSorted((a, b) => b[measure] - a[measure]);
  return [
    el('h2', {}, currency),
    isTime && columns(ordered),
    isTime ? el('details', {}, el('summary', {}, 'Table'), table(ordered, false)) : table(ordered, groups.length > 1),
  ];
};

// Requests another grouping of the same orders. Offered only if the caller sees the tool.
const group = async by => {
  try {
    const result = await bridge.call('get_order_statistics', { ...input, groupBy: by });
    if (!result.isError) {
      groupBy = by;
    }

    onResult(result);
  } catch (error) {
    show(el('p', { class: 'error' }, error.message));
  }
};

const choices = (label, current, all, choose) => el('div', { class: 'actions', role: 'group', 'aria-label': label }, ...all.map(([key, title]) =>
  el('button', { 'aria-pressed': String(key === current), onclick: () => choose(key) }, title)));

const render = () => {
  const currencies = Object.groupBy(data.groups, group => group.currency);
  show(
    el('h1', {}, 'Order statistics'),
    bridge.mayCall('get_order_statistics') && choices('Group by', groupBy, groupings.map(by => [by, `By ${by}`]), group),
    choices('Measure', measure, Object.entries(measures).map(([key, { title }]) => [key, title]), key => {
      measure = key;
      render();
    }),
    data.groups.length === 0 && el('p', { class: 'quiet' }, 'There are no orders in this period.'),
    ...Object.entries(currencies).flatMap(([currency, groups]) => chart(currency, groups)),
    data.isTruncated && el('p', { class: 'quiet' }, 'There are more groups than these.'));
};

const onResult = result => {
  if (result.isError || !result.structuredContent) {
    show(el('p', { class: 'error' }, problemOf(result)));
  } else {
    data = result.structuredContent;
    render();
  }
};

const onInput = args => {
  input = args;
  groupBy = args.groupBy ?? 'none';
  if (data) {
    render();
  }
};

bridge.start('order-statistics', onInput, onResult);
