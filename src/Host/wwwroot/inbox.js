// The inbox without this file is a plain page. It adds keys, the number of what is chosen, and a list that follows what others do.
(() => {
  const said = document.getElementById('inbox-said');
  const dialog = document.getElementById('keys');
  if (!said || !dialog) return;
  const texts = said.dataset;
  const rows = () => [...document.querySelectorAll('tr.item')];
  let at = null;

  const current = () => rows().find(row => row.dataset.id === at) ?? null;
  const go = step => {
    const all = rows();
    if (!all.length) return;
    const index = all.indexOf(current());
    const row = all[Math.max(0, Math.min(all.length - 1, index < 0 ? 0 : index + step))];
    mark(row);
    // The link is what a reader hears; the row is what the eye follows.
    row.querySelector('td.lead a').focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  const mark = row => {
    rows().forEach(other => other.classList.toggle('at', other === row));
    at = row?.dataset.id ?? null;
  };
  const count = () => {
    const picked = document.querySelectorAll('input[name=pick]:checked').length;
    document.querySelectorAll('[data-picked]').forEach(place => { place.textContent = picked ? `（${picked}）` : ''; });
    if (picked) document.getElementById('bulk')?.setAttribute('open', '');
  };

  document.querySelectorAll('[data-keys]').forEach(button => { button.hidden = false; button.addEventListener('click', () => dialog.showModal()); });
  document.addEventListener('focusin', event => { const row = event.target.closest('tr.item'); if (row) mark(row); });
  document.addEventListener('change', event => { if (event.target.name === 'pick') count(); });
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.closest('input:not([type=checkbox]), select, textarea')) return;
    if (event.key === 'j') go(1);
    else if (event.key === 'k') go(-1);
    else if (event.key === 'x') { const box = current()?.querySelector('input[name=pick]'); if (!box) return; box.checked = !box.checked; count(); }
    else if (event.key === 'e') { const link = current()?.querySelector('td.lead a'); if (!link) return; link.click(); }
    else if (event.key === '?' || event.key === '？') dialog.showModal();
    else return;
    event.preventDefault();
  });

  // What others did: the list is read again, with what is chosen, what is open and where one stands kept.
  let busy = false;
  const refresh = async () => {
    const list = document.getElementById('inbox');
    // Not under somebody's hands: an answer to a press, or a field that is being filled, stays.
    if (busy || document.hidden || document.querySelector('form[data-sent]') || document.getElementById('answers') || list.contains(document.activeElement) && document.activeElement.closest('input:not([type=checkbox]), select, textarea')) return false;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) return false;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('inbox');
      if (!fresh) return false;
      const picked = new Set([...list.querySelectorAll('input[name=pick]:checked')].map(box => box.value.split('.')[0]));
      const open = new Set([...list.querySelectorAll('details[open][id]')].map(details => details.id));
      const focused = list.contains(document.activeElement);
      const place = rows().indexOf(current());
      const before = new Set(rows().map(row => row.dataset.id));
      fresh.querySelectorAll('input[name=pick]').forEach(box => { box.checked = picked.has(box.value.split('.')[0]); });
      const more = list.querySelector('#filter-more'), freshMore = fresh.querySelector('#filter-more');
      if (more && freshMore) freshMore.checked = more.checked;
      fresh.querySelectorAll('details[id]').forEach(details => { if (open.has(details.id)) details.open = true; });
      // What is typed or chosen and not yet sent.
      list.querySelectorAll('input[name]:not([type=hidden]):not([type=checkbox]), select[name]').forEach(field => {
        const same = fresh.querySelector(`${field.localName}[name="${field.name}"]:not([type=hidden])`);
        if (same) same.value = field.value;
      });
      list.replaceChildren(...fresh.childNodes);
      // Where the line one stood on has gone, one stands on what took its place.
      if (at) { const row = current() ?? rows()[Math.min(place, rows().length - 1)] ?? null; mark(row); if (row && focused) row.querySelector('td.lead a').focus({ preventScroll: true }); }
      count();
      const after = rows().map(row => row.dataset.id);
      const come = after.filter(id => !before.has(id)).length, gone = [...before].filter(id => !after.includes(id)).length;
      said.textContent = texts.changed.replace('{0}', come).replace('{1}', gone);
      return true;
    } finally { busy = false; }
  };
  let waiting = null;
  const later = () => { waiting ??= setTimeout(async () => { waiting = null; if (!await refresh()) missed = true; }, 200); };
  let missed = false;
  const catchUp = () => { if (!document.hidden && missed) { missed = false; later(); } };
  document.addEventListener('visibilitychange', catchUp);
  // What came while somebody was typing is shown when he has left the field.
  document.addEventListener('focusout', () => setTimeout(catchUp, 100));
  // Only one list of a person may hold a line open while it is looked at; others ask now and then.
  let poll = null;
  const startPolling = () => { poll ??= setInterval(() => { if (!document.hidden) later(); }, 30_000); };
  const stopPolling = () => { clearInterval(poll); poll = null; };
  const live = document.getElementById('inbox').dataset.live;
  if (window.EventSource) {
    const source = new EventSource(live);
    source.addEventListener('changed', later);
    // While the line was cut nobody told what happened: the list is read once when it is back.
    let again = false;
    source.addEventListener('open', () => {
      stopPolling();
      if (again) later();
      again = true;
    });
    source.addEventListener('error', startPolling);
    addEventListener('pagehide', () => source.close());
  } else startPolling();
  count();
})();
