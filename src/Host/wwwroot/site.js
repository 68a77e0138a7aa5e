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
// A field that takes a code offers what the code table has, by number or name, and says what the code means.
document.querySelectorAll('input[data-codes]').forEach(input => {
  const list = document.getElementById(input.getAttribute('list'));
  const name = document.getElementById(input.getAttribute('aria-describedby'));
  let waiting;
  const ask = async () => {
    const text = input.value.trim();
    if (!text) { list.replaceChildren(); name.textContent = ''; return; }
    const answer = await fetch(`/registers/codes/find?${new URLSearchParams({ table: input.dataset.codes, q: text })}`).catch(() => null);
    if (!answer?.ok || input.value.trim() !== text) return;
    const found = await answer.json();
    list.replaceChildren(...found.map(code => new Option(code.name, code.code)));
    name.textContent = found.find(code => code.code === text)?.name ?? '';
  };
  input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
  ask();
});
// A long list is ticked at once; the buttons stand only where this file runs.
document.querySelectorAll('.pick-all[data-pick]').forEach(bar => {
  const boxes = () => [...bar.closest('form').querySelectorAll(`input[type=checkbox][name="${bar.dataset.pick}"]`)];
  const said = bar.querySelector('[role=status]');
  const count = () => { said.textContent = said.dataset.text.replace('{0}', boxes().filter(box => box.checked).length); };
  bar.addEventListener('click', event => {
    const choice = event.target.closest('button')?.value;
    if (!choice) return;
    boxes().forEach(box => { box.checked = choice === 'all' || choice === 'ready' && !!box.dataset.ready; });
    count();
  });
  bar.closest('form').addEventListener('change', count);
  bar.hidden = false;
  count();
});
