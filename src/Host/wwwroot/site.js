// Pages work without this file. It only keeps a second press from being sent, and prints.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  form.setAttribute('aria-busy', 'true');
});
// Back from the browser's memory: the form may be used again.
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => { delete form.dataset.sent; form.removeAttribute('aria-busy'); }));
document.addEventListener('click', event => { if (event.target.closest('[data-print]')) print(); });
