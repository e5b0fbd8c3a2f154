// One order: its lines, its timeline, and its cancellation, which the server asks the user to confirm.
const path = ['pending', 'processing', 'shipped', 'delivered'];
const cancellable = ['pending', 'processing'];
let shown = 0;

const lines = order => el('table', {},
  el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Product'), el('th', { scope: 'col', class: 'number' }, 'Quantity'), el('th', { scope: 'col', class: 'number' }, 'Price'), el('th', { scope: 'col', class: 'number' }, 'Sum'))),
  el('tbody', {}, ...order.lines.map(line => el('tr', {},
    el('td', {}, line.name, ' ', el('span', { class: 'quiet' }, line.sku)),
    el('td', { class: 'number' }, String(line.quantity)),
    el('td', { class: 'number' }, money(line.unitPrice, order.currency)),
    el('td', { class: 'number' }, money(line.unitPrice * line.quantity, order.currency))))),
  el('tfoot', {}, el('tr', {}, el('th', { scope: 'row', colspan: 3 }, 'Total'), el('td', { class: 'number' }, money(order.total, order.currency)))));

const timeline = (order, events) => {
  const past = events.length > 0
    ? events.toSorted((a, b) => a.version - b.version).filter(event => event.from !== event.to)
    : [{ to: order.status, at: order.updatedAt }];
  const next = order.status === 'cancelled' ? [] : path.slice(path.indexOf(order.status) + 1);
  return el('ol', { class: 'timeline' },
    ...past.map(event => el('li', { class: event.to },
      el('strong', {}, event.to), ' ', el('span', { class: 'quiet' }, [time(event.at), event.actor].filter(Boolean).join(' · ')),
      event.reason && el('p', {}, event.reason))),
    ...next.map(status => el('li', { class: 'next' }, el('strong', {}, status))));
};

const cancellation = (order, say) => {
  const reason = el('textarea', { id: 'reason', required: true, maxlength: 500, rows: 2 });
  // No form element: the sandboxes of some clients block form submission.
  const submit = el('button', {
    class: 'danger',
    onclick: async () => {
      if (!reason.reportValidity()) {
        return;
      }

      submit.disabled = true;
      say('Your client asks you to confirm.');
      try {
        const result = await bridge.call('cancel_order', { orderId: order.id, reason: reason.value });
        if (result.isError) {
          say(problemOf(result), true);
        } else {
          await render(result.structuredContent);
        }
      } catch (error) {
        // Some clients do not forward the server's confirmation question for calls from an app.
        say(`The order is not cancelled. If your client cannot ask you to confirm here, tell the assistant to cancel order ${order.id}. (${error.message})`, true);
      }

      submit.disabled = false;
    },
  }, 'Cancel the order');
  const form = el('div', { class: 'box' },
    el('label', { for: 'reason' }, `Why is order ${order.id} cancelled?`), reason,
    el('p', { class: 'quiet' }, 'It cannot be undone. The stock of its products is returned.'),
    el('div', { class: 'actions' }, submit, el('button', { onclick: () => form.replaceWith(cancelButton(order, say)) }, 'Keep the order')));
  return form;
};

const cancelButton = (order, say) => el('div', { class: 'actions' }, el('button', {
  onclick: event => {
    const form = cancellation(order, say);
    event.currentTarget.parentElement.replaceWith(form);
    form.querySelector('textarea').focus();
  },
}, 'Cancel this order…'));

const historyOf = async order => {
  if (!bridge.mayCall('get_order_history')) {
    return [];
  }

  const result = await bridge.call('get_order_history', { orderId: order.id, limit: 200 });
  return result.isError ? [] : result.structuredContent.items;
};

const render = async order => {
  const turn = ++shown;
  const events = await historyOf(order);
  if (turn !== shown) {
    return; // a newer order has replaced this one
  }

  const message = el('p', { role: 'status' });
  const say = (text, isError = false) => {
    message.textContent = text;
    message.className = isError ? 'error' : 'quiet';
  };
  show(
    el('header', {}, el('h1', {}, `Order ${order.id}`), el('span', { class: `status ${order.status}` }, order.status)),
    el('p', { class: 'quiet' }, `${order.customer.name} · placed ${time(order.placedAt)}`),
    order.carrier && el('p', {}, `Shipped with ${order.carrier}`, order.trackingNumber && `, ${order.trackingNumber}`),
    order.note && el('p', { class: 'box' }, order.note),
    lines(order),
    el('h2', {}, 'Timeline'), timeline(order, events),
    cancellable.includes(order.status) && bridge.mayCall('cancel_order') && cancelButton(order, say),
    message);
};

const onResult = result => result.isError || !result.structuredContent
  ? show(el('p', { class: 'error' }, problemOf(result)))
  : render(result.structuredContent).catch(error => show(el('p', { class: 'error' }, error.message)));

bridge.start('order-card', () => {}, onResult);
