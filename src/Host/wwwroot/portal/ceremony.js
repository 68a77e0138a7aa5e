// The ceremony's page, followed live: asks for the page again every few seconds and shows it when something has changed; counts down; shows a result place by place
// when it comes while somebody watches. It computes nothing: whoever reloads, or has no JavaScript, sees the same page.
(() => {
  const EVERY = 3000;
  const main = () => document.getElementById('ceremony');
  if (!main()?.dataset.state) return;
  // The office's clock, not this computer's: its time came with the page.
  let ahead = Date.parse(main().dataset.now) - Date.now();
  const now = () => Date.now() + ahead;
  const two = n => String(n).padStart(2, '0');

  function tick() {
    const clock = document.getElementById('cy-clock');
    const office = new Date(now() + 8 * 3600e3);
    if (clock) clock.textContent = `${office.getUTCFullYear()}-${two(office.getUTCMonth() + 1)}-${two(office.getUTCDate())} ${two(office.getUTCHours())}:${two(office.getUTCMinutes())}:${two(office.getUTCSeconds())}`;
    const count = document.querySelector('.cy-count');
    if (!count) return;
    const left = Math.max(0, Math.floor((Date.parse(count.dataset.at) - now()) / 1000));
    const days = Math.floor(left / 86400);
    count.querySelector('b').textContent = (days > 0 ? `${days} 天 ` : '') + `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  }

  let rolling = 0;
  function roll() {
    const places = [...document.querySelectorAll('[data-roll=object] li')];
    const big = document.getElementById('cy-big');
    if (places.length === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const run = ++rolling;
    // A hall waits half a minute at most, however many are drawn.
    const pace = Math.max(60, Math.min(900, 30000 / places.length));
    places.forEach(place => place.classList.add('cy-hidden'));
    big.hidden = false;
    let at = 0;
    const next = () => {
      if (run !== rolling) return;
      if (at === places.length) { big.hidden = true; return; }
      places[at].classList.remove('cy-hidden');
      big.textContent = `第 ${at + 1} 位  ${places[at].textContent}`;
      at++;
      setTimeout(next, pace);
    };
    next();
  }

  function buttons() {
    const full = document.getElementById('cy-full');
    if (full && document.fullscreenEnabled) {
      full.hidden = false;
      full.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    }
    const again = document.getElementById('cy-again');
    if (again && document.querySelector('[data-roll=object] li')) {
      again.hidden = false;
      again.onclick = roll;
    }
  }

  async function look() {
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('ceremony');
      if (!next?.dataset.state) return;
      ahead = Date.parse(next.dataset.now) - Date.now();
      if (next.dataset.state === main().dataset.state) return;
      const came = !document.getElementById('cy-result') && next.querySelector('#cy-result');
      main().replaceWith(document.adoptNode(next));
      buttons();
      if (came) roll();
    } catch { /* the next look will do */ }
  }

  buttons();
  tick();
  setInterval(tick, 1000);
  setInterval(() => { if (document.visibilityState === 'visible') look(); }, EVERY);
})();
