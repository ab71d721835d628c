/** Sorts, filters and folds the task table; hides waiting. Without script all rows are shown, ordered by urgency. */
export const TASK_TABLE_SCRIPT: string = String.raw`'use strict';
(() => {
  const table = document.querySelector('table.tasks');
  const folds = document.querySelectorAll('details');
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...folds].filter((fold) => !fold.open);
    for (const fold of opened) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of opened) fold.open = false;
  });
  const toggle = document.querySelector('button.hide-waiting');
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener('click', () => {
      const cut = document.querySelector('#timeline').classList.toggle('cut');
      toggle.setAttribute('aria-pressed', String(cut));
      toggle.textContent = cut ? 'show waiting' : 'hide waiting';
    });
  }
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const limit = Number(table.dataset.shown);
  const chips = document.querySelector('.chips');
  const search = chips.querySelector('input');
  const more = document.querySelector('button.all');
  const none = document.querySelector('.controls .none');
  const number = new Intl.Collator(undefined, { numeric: true });
  let filter = '';
  let all = false;
  chips.hidden = false;
  function show() {
    const text = search.value.trim().toLowerCase();
    let matching = 0;
    for (const row of body.rows) {
      const fits = (filter === '' || row.dataset.f.split(' ').includes(filter)) && (text === '' || row.cells[0].dataset.v.toLowerCase().includes(text));
      if (fits) matching++;
      row.hidden = !fits || (!all && matching > limit);
    }
    none.hidden = matching > 0;
    more.hidden = matching <= limit;
    more.setAttribute('aria-expanded', String(all));
    more.textContent = all ? 'Show fewer' : 'Show all ' + matching + ' tasks';
  }
  chips.addEventListener('click', (event) => {
    const chip = event.target.closest('button');
    if (!chip) return;
    filter = chip.dataset.filter;
    for (const other of chips.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === chip));
    show();
  });
  search.addEventListener('input', show);
  more.addEventListener('click', () => {
    all = !all;
    show();
  });
  const heads = [...table.tHead.rows[0].cells];
  for (const head of heads) {
    if (!head.dataset.sort) continue;
    const label = head.firstElementChild;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...label.childNodes);
    label.replaceWith(button);
    button.addEventListener('click', () => {
      const column = heads.indexOf(head);
      const asText = head.dataset.sort === 'name';
      const first = asText || head.dataset.sort === 'status' || head.dataset.sort === 'start' ? 'ascending' : 'descending';
      const order = head.getAttribute('aria-sort') === first ? (first === 'ascending' ? 'descending' : 'ascending') : first;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const value = (row) => row.cells[column].dataset.v;
      rows.sort((a, b) => {
        const one = value(a);
        const two = value(b);
        if (one === '' || two === '') return one === two ? 0 : one === '' ? 1 : -1;
        return sign * (asText ? number.compare(one, two) : Number(one) - Number(two));
      });
      body.append(...rows);
      show();
    });
  }
  show();
})();
`
